"""Tables the contradiction rules go by: opposites, closed sets and synonyms."""

from __future__ import annotations

# One line is one scale: the words of its one end, then those of its other end.
# Words of the same end count as the same thing; words of both ends as each other's opposite.
SCALES = """
more greater higher larger bigger increase increases grow rise raise gain enlarge expand above exceed most extra additional maximum maximise many much longer high large big lengthen widen | less lower fewer smaller decrease decreases shrink fall reduce lessen below least minimum minimise few little shorter low small shorten minimal diminish narrow slim tiny
fast faster fastest quick quicker quickly rapid rapidly accelerate speedy instantly | slow slower slowest slowly decelerate sluggish
cheap cheaper cheapest inexpensive cheaply | expensive pricier costly dear
heavy heavier heaviest heavyweight | light lighter lightest lightweight
strong stronger strengthen | weak weaker weaken
hard harder difficult complicated complex complicate | easy easier simple simpler simplify simplicity
hot hotter warm warmer heat heated heating warmed | cold colder cool cooler cooled cooling chill freeze
thick thicker | thin thinner
halve halved halves halving | doubled doubles doubling
upward upwards | downward downwards
deep deeper | shallow shallower
wide wider broad | narrower
safe safer secure | unsafe dangerous risky insecure vulnerable
good better best advantage benefit improve | bad worse worst disadvantage drawback worsen degrade harm
old older oldest | new newer newest young recent latest
early earlier | late later
first initial initially beginning | last final finally
open opened opens | closed close closes shut
start begin launch boot | stop halt end finish terminate
enable enabled activate | disable disabled deactivate
active actively | passive inactive idle passively
on-by-default opt-out | off-by-default opt-in
writable write-access mutable modify modified modifiable change changed changing changeable vary varies variable different differ alter read-write dynamic dynamically | read-only immutable constant same identical static statically fixed equal unaltered stay stays
keep kept add insert append retain preserve persist persists persistent survive outlive remember store memory memorise durable saved permanent permanently | lose lost discard delete destroy remove erase forget forgets volatile temporary temporarily ephemeral transient drops dropped throw-away wipe
share shared sharing common joint mutual combine combined merge join together unite | own separate separately isolated isolate private individual dedicated distinct independent separated split divide apart
include comprise | exclude omit leave-out lack
near nearer nearby nearest | far farther further distant
attach | detach
create construct generate produces | tear-down
push upload send transmit output export outgoing egress | pull download receive input import incoming ingress fetch
encrypt encrypted encryption cipher | decrypt decrypted decryption plain-text
encode | decode
compress zip pack | decompress unzip unpack extract inflate
lock locked lock-in | unlock unlocked
connect connection connected link | disconnect disconnected
allowlist whitelist | denylist blacklist
accept approve permit grant | reject refuse decline deny revoke
succeed success pass successful | fail failure failed unsuccessful
work works working function | break breaks broke crash
true truthy correct right valid | false falsy incorrect wrong invalid
yes | nope
synchronous synchronously sync | asynchronous asynchronously async
eager eagerly immediately immediate | lazy lazily deferred on-demand delayed
build-time compile-time | run-time
compiled compiler ahead-of-time | interpreted interpreter just-in-time
static-typing statically-typed | dynamic-typing dynamically-typed
explicit explicitly manual manually hand | implicit implicitly automatic automatically auto
mandatory required obligatory compulsory must-have | optional optionally voluntary
public publicly | secret confidential
global globally everywhere remote remotely | local locally
internal inside interior inner within | external outside exterior outer
upper uppercase top | lowercase bottom
left leftmost | rightmost
front forward forwards | back backward backwards reverse
ascending | descending
horizontal horizontally scale-out | vertical vertically scale-up
symmetric symmetrical | asymmetric asymmetrical
deterministic predictable | non-deterministic random randomly unpredictable arbitrary
stable steady | unstable
ordered order in-order sequential | unordered out-of-order disordered
sorted | shuffled
unique distinct-value | duplicate duplicated
single one-only | multiple several
once one-time | each-time repeatedly every-call per-call
everyone everybody anyone anybody | only-these
all every everything whole | some part partial partially
full complete completely entire entirely | empty incomplete
always often frequently regularly | seldom rarely infrequently
positive positively | negative negatively
absorb | release reflect
attract attraction | repel repulsion
concentrated concentration | dilute diluted
saturated | unsaturated
organic | inorganic
elastic | inelastic
solid | gas gaseous
melt evaporate vaporise | solidify condense
series serial | parallel
constructive | destructive
clockwise | anticlockwise counterclockwise
tightly tight | loosely loose
normalised normalise | denormalised denormalise
consistent consistency | inconsistent inconsistency
structured | unstructured
optimistic optimistically | pessimistic pessimistically
physical physically hardware | virtual virtually
abstract | concrete
declarative declaratively | imperative imperatively
strict strictly strong-typing | lenient loosely-typed
visible shown show display | invisible hidden hide conceal
present exist exists existing | absent missing
known | unknown
direct directly | indirect indirectly
buy | sell
dilate | contract constrict
win | defeat
conduct conductive | insulate
"""

# Pairs of things rather than of qualities: naming the other one need not contradict,
# so they count only where all the rest is the same.
COUNTERPARTS = """
proton | electron
cation | anion
anode | cathode
acid acidic | base-alkali alkaline alkali
aerobic | anaerobic
dominant | recessive
male | female
prey | predator
producer | consumer
herbivore | carnivore
conductor | insulator
parent ancestor | child descendant
client | server
master primary-node leader | worker replica follower slave
source origin sender | target destination recipient receiver
reader | writer
read reads reading | write writes writing written
encoder | decoder
caller | callee
host | guest
frontend front-end | backend back-end
head | tail
stack | heap
north | south
east | west
sunrise | sunset
summer | winter
daytime | night nighttime
kinetic | potential
convex | concave
asset | liability
supply | demand
credit | debit
endothermic | exothermic
acid | alkali
compiler | interpreter
row | column
"""

# Sets of which a slot holds one member: another member is another statement.
CLOSED_SETS = """
tcp udp icmp sctp
http https
ipv4 ipv6
celsius fahrenheit kelvin
bit byte
nanosecond microsecond millisecond second minute hour day week month year
kb mb gb tb kilobyte megabyte gigabyte terabyte
millimetre centimetre metre kilometre
gram kilogram tonne
volt ampere ohm watt joule newton
monday tuesday wednesday thursday friday saturday sunday
red green blue yellow
sha1 sha256 sha512 md5
stdin stdout stderr
sigkill sigterm sigint sighup sigstop
json xml yaml csv
nitrogen oxygen hydrogen helium
nucleus ribosome mitochondria mitochondrion chloroplast
preorder inorder postorder
constant-time logarithmic linear linearithmic quadratic exponential
"""

# Words of one meaning; the first stands for all.
SYNONYMS = """
run execute
use utilise employ
recommend prefer advise suggest
override overwrite replace
publish reachable
consume used-up
give provide supply offer
need require
find locate discover
choose select pick
show reveal
call invoke
define declare specify
see observe view
move travel transfer
divide partition
fix repair correct-error
argument parameter
directory folder
picture photo
error exception
client browser
guarantee ensure make-sure assure
stop-running halt-running
affect influence
depend rely
kill end-process
"""
