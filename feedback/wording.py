"""How statements are worded: forms of words, numbers, negations, and words that carry no claim."""

from __future__ import annotations

IRREGULAR = """
caught catch
kept keep
lost lose
held hold
sent send
built build
made make
ran run
began begin
begun begin
broke break
broken break
chosen choose
chose choose
written write
wrote write
given give
gave give
taken take
took take
known know
knew know
grown grow
grew grow
shown show
seen see
saw see
gone go
went go
done do
did do
left leave
lent lend
spent spend
bought buy
brought bring
thought think
taught teach
found find
found-out find
stood stand
understood understand
told tell
sold sell
felt feel
fell fall
fallen fall
froze freeze
frozen freeze
rose rise
risen rise
drawn draw
drew draw
driven drive
drove drive
overridden override
overrode override
overwritten overwrite
rewritten rewrite
rewrote rewrite
thrown throw
threw throw
forgotten forget
forgot forget
hidden hide
hid hide
became become
came come
stuck stick
bound bind
met meet
meant mean
paid pay
said say
shrunk shrink
shrank shrink
stole steal
stolen steal
swum swim
woke wake
woken wake
won win
wound wind
indices index
vertices vertex
children child
mice mouse
bacteria bacterium
nuclei nucleus
people person
"""

NUMBER_WORDS = {
    "zero": 0.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0,
    "seven": 7.0, "eight": 8.0, "nine": 9.0, "ten": 10.0, "eleven": 11.0, "twelve": 12.0,
    "thirteen": 13.0, "fourteen": 14.0, "fifteen": 15.0, "sixteen": 16.0, "seventeen": 17.0,
    "eighteen": 18.0, "nineteen": 19.0, "twenty": 20.0, "thirty": 30.0, "forty": 40.0,
    "fifty": 50.0, "sixty": 60.0, "seventy": 70.0, "eighty": 80.0, "ninety": 90.0,
    "single": 1.0, "pair": 2.0, "double": 2.0, "dozen": 12.0, "half": 0.5,
}  # fmt: skip
MULTIPLIERS = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}
SEVERAL = ("several", "many", "multiple", "various", "numerous", "any-number")

# Wording brought to one form before reading. "not" stands for every negation, "," ends a clause.
REWRITES: tuple[tuple[str, str], ...] = (
    (r"[\u2018\u2019]", "'"),
    (r"[\u2013\u2014]", ", "),
    (r"(\d),(\d{3})\b", r"\1\2"),
    (r"\be\.g\.|\bi\.e\.|\betc\.", ","),
    # a negation of a whole statement
    (r"\b(?:i|we) (?:do not|don't|dont) (?:think|believe)(?: that)?\b", "not"),
    (r"\bit(?:'s| is) (?:not|false|wrong|untrue|a myth|incorrect)(?: true| right| correct| the case)?(?: to say)? that\b", "not"),
    (r"\bit (?:isn't|isnt) (?:true|right|correct|the case)(?: to say)? that\b", "not"),
    (r"\bthere(?:'s| is| are) no (?:way|means) (?:to|of)\b", "not"),
    (r"\bthere(?:'s| is| are) no\b", "no"),
    # no negations at all
    (r"\b(?:does not|doesn't|doesnt|do not|don't) matter\b", "is-all-one"),
    (r"\bno matter\b", "whatever"),
    (r"\b(?:not|n't) (?:only|just|merely|simply)\b", " "),
    (r"n't (?:only|just|merely|simply)\b", " "),
    (r"\b(?:can't|cannot|can not) help\b", " "),
    (r"\bnone other than\b|\bno other than\b", " "),
    (r"\bno other (\w+) than\b|\bno different (\w*) ?(?:from|than|to)\b", r"the same \1\2 as"),
    (r"\b(?:nobody|no one|none|nothing|nowhere|no \w+) (?:except|but|other than|apart from|besides)\b", "only"),
    (r"\bnothing else\b|\bnowhere else\b|\bno one else\b|\bnobody else\b", " "),
    (r"\b(?:and|or) not vice versa\b", " "),
    (r"\bnot necessarily\b|\bnot yet\b", "not"),
    (r"\bn't yet\b", "n't"),
    (r"\bat the same time\b|\bby the same token\b", " "),
    (r"\b(?:none of the|no) others?\b", " "),
    (r"\bno (\w+ (?:\w+ ){1,3}?(?:as \w+ as|\w+er than|more \w* ?than))\b", r"\1"),
    # what is left to do is not done
    (r"\b(?:must|have to|has to|need to) still\b|\bstill (?:must|have to|has to|need to|needs to|needs?)\b", "not"),
    # negations in other words
    (r"\bno longer\b|\bnot any ?more\b", "not"),
    (r"\b(?:fails?|failed|failing|refuses?|refused) to\b", "not"),
    (r"\b(?:is |are |be )?(?:unable|impossible) (?:to|for)\b", "not"),
    (r"\b(?:free (?:of|from)|devoid of)\b", "not"),
    (r"\b(?:(?:the|its|their) )?(?:lack|absence) of\b", "no"),
    (r"\b(?:prevents?|prevented|preventing|prohibits?|prohibited|forbids?|forbidden|stops?|stopped|avoids?|avoid|avoided|avoiding|lacks?|lacking|disallows?|eliminates?)\b(?! (?:working|running|and|or|when|if|after)\b)(?! *[.,;]| *$)", "not"),
    (r"\b(?:instead of|rather than|as opposed to|in place of|without)\b", ", not"),
    (r"\b(?:is|are|be) (?:a )?(?:bad|terrible|poor) (?:idea|practice)\b", "not-advised"),
    (r"\b(?:is|are)(?: not|n't|nt) (?:an? |the )?(?:(?:good|proper|right|real|correct|sound|clean|lasting) )?(?:idea|practice|fix|solution|answer|remedy)\b", "not-advised"),
    (r"\b(?:cannot|cant|can't|can not)\b", "can not"),
    (r"\bwon't\b|\bwont\b", "will not"),
    (r"n't\b", " not"),
    (r"\b(do|does|did|is|are|was|were|has|have|should|would|could|must)nt\b", r"\1 not"),
    (r"\b(?:never|neither|nobody|none|nothing|nowhere|hardly|barely|no one)\b", "not"),
    (r"\bnor\b", "or"),
    (r"\bunless\b", "if not"),
    # at most so many
    (r"\b(?:cannot|can not|can't|not|n't|never|no) ((?:\w+ ){0,3}?)more than\b", r"\1 at-most"),
    (r"n't ((?:\w+ ){0,3}?)more than\b", r" \1 at-most"),
    (r"\b(?:at most|up to|no more than|a maximum of|maximum of)\b", "at-most"),
    (r"\bmore than one\b", "several"),
    # asides about the other side
    (r"\b(?:unlike|in contrast to|compared (?:to|with)|contrary to|different from)(?: \w+){1,4}?(?=,|\.|;|$)", " "),
    (r"(^|[,;.] *)only (?!one\b)", r"\1only-these "),
    (r"\b(?:unlike|in contrast to|compared (?:to|with)|contrary to)(?: an?| the)? \w+", " "),
    # phrases of one meaning
    (r"\bread[ -]only\b", "read-only"),
    (r"\bread(?:[ -]|/)write\b|\bread and write layer\b", "read-write"),
    (r"\b(?:build|compile|compilation)[ -]?time\b", "build-time"),
    (r"\brun[ -]?time\b", "run-time"),
    (r"\bplain[ -]?text\b|\bclear[ -]?text\b", "plain-text"),
    (r"\b(?:each|every) (?:single )?(?:time|call)\b|\bon each call\b", "each-time"),
    (r"\bout of order\b", "out-of-order"),
    (r"\bin (?:the )?(?:right |same |correct )?order\b(?! to\b)", "in-order"),
    (r"\bin order to\b", "to"),
    (r"\b(?:take|takes|taken|took|taking) (?:in|up)\b", "absorb"),
    (r"\b(?:give|gives|given|gave|giving) (?:off|out)\b", "release"),
    (r"\b(?:speed|speeds|sped|speeding) up\b", "accelerate"),
    (r"\b(?:slow|slows|slowed|slowing) down\b", "decelerate"),
    (r"\b(?:speed|speeds|sped|speeding) ((?:\w+ ){1,3}?)up\b", r"accelerate \1"),
    (r"\b(?:slow|slows|slowed|slowing) ((?:\w+ ){1,3}?)down\b", r"decelerate \1"),
    (r"\bconstant[ -]time\b|\bo ?\(1\)", " constant-time "),
    (r"\bo ?\(log ?n\)", " logarithmic "),
    (r"\bo ?\(n ?log ?n\)", " linearithmic "),
    (r"\bo ?\(n ?(?:\^ ?2|\u00b2)\)", " quadratic "),
    (r"\bo ?\(n\)", " linear "),
    (r"\bused up\b|\buse up\b|\buses up\b", "used-up"),
    (r"\b(?:make|makes|making) sure\b", "make-sure"),
    (r"\b(?:each|one) (?:other|another)\b", "each-other"),
    (r"\bon demand\b", "on-demand"),
    (r"\bnon[ -]deterministic\b", "non-deterministic"),
    (r"\baway from\b|\bout of\b|\boff of\b", "from"),
    (r"\b(?:towards?|into|onto)\b", "to"),
    (r"\bprior to\b", "before"),
    (r"\boperating systems?\b", "os"),
)  # fmt: skip

NEGATIONS = frozenset({"not", "no"})
# Verbs that say little: "does not affect the build" denies something of the build.
WEAK_VERBS = frozenset({"use", "work", "affect", "help", "appli", "support", "involv", "function", "provid"})  # fmt: skip
CONDITIONS = frozenset({"if", "when", "whenever"})
RELATIVES = frozenset({"that", "which", "who", "whose", "whom"})
AUXILIARIES = frozenset({"is", "are", "was", "were", "do", "does", "did", "has", "have", "had", "can", "could", "will", "would", "must", "should", "may", "might"})  # fmt: skip
DEPENDING = frozenset({"of", "in", "on", "inside", "from", "to", "into", "as", "than"})
SOFTENERS = frozenset({"only", "just", "merely", "simply"})
SPLITTERS = frozenset({"but", "while", "whereas", "because", "so", "although", "though", "however", "yet", "and"})  # fmt: skip
OPENERS = frozenset({"when", "if", "once", "after", "before", "until", "unless", "whenever"})
SHORT_OPENERS = frozenset({"with", "in", "at", "on", "by", "for", "under", "during"})

# Words that carry no claim of their own.
LIGHT_WORDS = """
a an the this that these those it its itself they them their theirs he she his her i me my we us our you your
yourself themselves who whom whose which what where when why how whatever be is are was were been being am do does
did done doing have has had having can could may might must shall should will would not no of to from in on at by
for with as into onto about over through per via than then there here if until unless whenever and or but so
because although though while whereas however yet also too even still just only merely simply very really quite
rather already actually basically generally usually typically normally mostly let lets allow allows allowed allowing
permit able possible make makes making made mean means meaning get gets getting got go goes going thing things way
ways kind sort such any each every either both same-as up out off down during after before between among within
against like well need needs needed come comes put puts set sets is-all-one not-advised at-most one's anything something own-it
each-other according therefore thus hence case whether enough become becomes take takes taken given lot lots
"""

# Prepositions whose opposite, before the same word, says the opposite.
RELATIONS = {"from": ("way", -1), "to": ("way", 1), "before": ("time", -1), "after": ("time", 1)}
NEGATIVE_PREFIXES = ("un", "non", "dis")
NOT_PREFIXED = """
under understand understood union unit unite unique universal universe until unless uniform display discuss
discover distance distribute distinct district discrete disk dish disc discount disaster unity
"""
