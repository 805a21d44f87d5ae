from importlib import import_module

from django.db import migrations

first = import_module("questions.migrations.0006_search_index")
BOUNDS = import_module("questions.migrations.0007_find_compounds").BOUNDS
before = import_module("questions.migrations.0009_search_functions")

# As in 0009, with what was measured since. A look costs by how far it goes, so it goes less far
# beyond what should be enough. Who sees a row is compared, and not looked for in a list that is
# made for each row.
COMMON = before.COMMON
OFTEN = 4  # if so large a part of what is wanted is below the first bound, there is often some
MARGIN = 1.25  # the next look goes so much further than should be enough
FAR_APART = 20_000  # to find enough up to this key takes a look at all: there are no more above
BEGIN = before.BEGIN
SEEN = (
    "questions_searchentry WHERE is_listed AND COALESCE(private_to_id = COALESCE(seen_by, 0), TRUE)"
)
OLDEST = before.OLDEST

# The keys of at most so many questions, the oldest first: see 0009. NULL, after the oldest alone
# are known, if there are often some and that is not wanted: what is wanted `unless_often`.
FOUND = f"""
CREATE FUNCTION questions_found(
    wanted tsquery, seen_by bigint, one_of text[], at_once boolean, unless_often boolean,
    most integer
) RETURNS bigint[] {BEGIN} $$
DECLARE
    found bigint[] := '{{}}';
    looked_to bigint := 0;
    bound integer;
BEGIN
    IF NOT at_once THEN
        looked_to := {BOUNDS[0]};
        found := ARRAY(
            SELECT question_id FROM {SEEN}
            AND vector @@ (wanted && '{OLDEST}')
            AND (one_of IS NULL OR tags LIKE ANY (one_of))
            ORDER BY question_id + 0 LIMIT most
        );
        IF unless_often AND CARDINALITY(found) * {OFTEN} >= most THEN
            RETURN NULL;
        END IF;
        IF CARDINALITY(found) * {COMMON} >= most THEN
            SELECT MIN(each) INTO bound FROM UNNEST(ARRAY{list(BOUNDS)}) AS each
            WHERE each * CARDINALITY(found) >= {int(MARGIN * BOUNDS[0])} * most;
        END IF;
    END IF;
    WHILE CARDINALITY(found) < most LOOP
        found := found || ARRAY(
            SELECT question_id FROM {SEEN}
            AND vector @@ COALESCE(wanted && ('0below' || bound)::tsquery, wanted)
            AND question_id + 0 >= looked_to
            AND (one_of IS NULL OR tags LIKE ANY (one_of))
            ORDER BY question_id + 0 LIMIT most - CARDINALITY(found)
        );
        EXIT WHEN bound IS NULL;
        looked_to := bound;
        bound := NULL;
    END LOOP;
    RETURN found;
END
$$
"""  # noqa: S608
# One look after the other, each only while the keys known by then are fewer than most. If little is
# known after those `above`, everything is looked for; unless it is less than the most, what is
# `below` follows in turn. If there is often something, everything is put off to the end: mostly
# what is below is enough. Each comes with its number, everything with 0.
LOOKED = f"""
CREATE FUNCTION questions_looked_down(
    above tsquery[], everything tsquery, below tsquery[], known bigint[], little integer,
    seen_by bigint, one_of text[], at_once boolean, most integer
) RETURNS TABLE (number integer, keys bigint[]) {BEGIN} $$
DECLARE
    is_put_off boolean;
BEGIN
    FOR place IN 1 .. CARDINALITY(above) LOOP
        EXIT WHEN CARDINALITY(known) >= most;
        keys := questions_found(above[place], seen_by, one_of, at_once, FALSE, most);
        number := place;
        RETURN NEXT;
        IF CARDINALITY(keys) >= most THEN
            RETURN;
        END IF;
        known := ARRAY(SELECT DISTINCT UNNEST(known || keys));
    END LOOP;
    IF everything IS NULL OR CARDINALITY(known) >= little THEN
        RETURN;
    END IF;
    keys := questions_found(everything, seen_by, one_of, at_once, TRUE, most);
    is_put_off := keys IS NULL;
    IF NOT is_put_off THEN
        number := 0;
        RETURN NEXT;
        IF CARDINALITY(keys) < most THEN
            RETURN;
        END IF;
        at_once := at_once OR keys[most] > {FAR_APART};
    END IF;
    FOR place IN 1 .. CARDINALITY(below) LOOP
        EXIT WHEN CARDINALITY(known) >= most;
        keys := questions_found(below[place], seen_by, one_of, at_once, FALSE, most);
        number := CARDINALITY(above) + place;
        RETURN NEXT;
        IF CARDINALITY(keys) >= most THEN
            RETURN;
        END IF;
        known := ARRAY(SELECT DISTINCT UNNEST(known || keys));
    END LOOP;
    IF is_put_off THEN
        number := 0;
        keys := questions_found(everything, seen_by, one_of, at_once, FALSE, most);
        RETURN NEXT;
    END IF;
END
$$
"""
# Of each that is wanted how many questions match, counted no further than to most: see 0009.
TALLY = f"""
CREATE FUNCTION questions_tally(
    wanted tsquery[], seen_by bigint, most integer
) RETURNS integer[] {BEGIN} $$
DECLARE
    each tsquery;
    counts integer[] := '{{}}';
BEGIN
    FOREACH each IN ARRAY wanted LOOP
        counts := counts || (
            SELECT COUNT(*)::integer FROM (
                SELECT FROM {SEEN} AND vector @@ (each && '{OLDEST}')
                UNION ALL
                SELECT FROM {SEEN} AND vector @@ each AND question_id + 0 >= {BOUNDS[0]}
                LIMIT most
            ) AS found
        );
    END LOOP;
    RETURN counts;
END
$$
"""  # noqa: S608
GONE = [
    "DROP FUNCTION questions_tally",
    "DROP FUNCTION questions_found_in_turn",
    "DROP FUNCTION questions_found",
]


class Migration(migrations.Migration):

    dependencies = [("questions", "0014_kept_mends")]

    operations = [
        first.OnlyOn(
            "postgresql",
            [*GONE, FOUND, LOOKED, TALLY],
            [
                "DROP FUNCTION questions_tally",
                "DROP FUNCTION questions_looked_down",
                "DROP FUNCTION questions_found",
                before.FOUND,
                before.IN_TURN,
                before.TALLY,
            ],
        ),
    ]
