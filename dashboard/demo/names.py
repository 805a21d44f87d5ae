"""Names for people who do not exist, each region with time zones that go with it."""

REGIONS = (
    (
        ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich"),
        ("Anna", "Jonas", "Lena", "Felix", "Miriam", "Paul", "Clara", "Emil", "Nele", "Tobias"),
        ("Weber", "Hoffmann", "Keller", "Brandt", "Lindner", "Vogel", "Richter", "Sommer"),
    ),
    (
        ("Europe/London", "Europe/Dublin"),
        ("Amelia", "Callum", "Niamh", "Oliver", "Priya", "Rhys", "Sophie", "Tariq", "Isla", "Owen"),
        ("Hughes", "Okafor", "Murphy", "Patel", "Fraser", "Bennett", "Walsh", "Ahmed"),
    ),
    (
        ("America/New_York", "America/Chicago", "America/Los_Angeles"),
        ("Maya", "Ethan", "Sofia", "Marcus", "Grace", "Diego", "Hannah", "Andre", "Zoe", "Caleb"),
        ("Rivera", "Johnson", "Kim", "Nguyen", "Walker", "Torres", "Schmidt", "Brooks"),
    ),
    (
        ("America/Sao_Paulo",),
        ("Beatriz", "Rafael", "Larissa", "Thiago", "Camila", "Bruno", "Julia", "Mateus"),
        ("Oliveira", "Souza", "Ferreira", "Barbosa", "Carvalho", "Moreira"),
    ),
    (
        ("Asia/Kolkata",),
        ("Ananya", "Arjun", "Kavya", "Rohan", "Meera", "Vikram", "Nisha", "Aditya"),
        ("Iyer", "Sharma", "Reddy", "Mehta", "Nair", "Banerjee"),
    ),
    (
        ("Asia/Tokyo",),
        ("Haruka", "Kenji", "Yui", "Sota", "Aiko", "Ren"),
        ("Tanaka", "Mori", "Ishikawa", "Kobayashi", "Fujita"),
    ),
    (
        ("Africa/Lagos", "Africa/Nairobi"),
        ("Chidi", "Amara", "Wanjiru", "Tunde", "Zainab", "Kamau", "Ifeoma", "Otieno"),
        ("Adeyemi", "Mwangi", "Eze", "Kariuki", "Balogun", "Odhiambo"),
    ),
    (
        ("Australia/Sydney", "Pacific/Auckland"),
        ("Matilda", "Liam", "Ruby", "Noah", "Aroha", "Finn"),
        ("Campbell", "Ngata", "Lawson", "Papadopoulos", "Chen"),
    ),
)

COHORTS = (
    "Platform engineering, autumn",
    "Career changers, evening group",
    "Backend apprentices",
    "Site reliability, second year",
    "Cloud foundations",
    "Operations, part time",
    "Returners",
    "Summer school",
)
