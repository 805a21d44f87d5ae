from importlib import import_module

from django.db import migrations

first = import_module("questions.migrations.0006_search_index")
BOUNDS = import_module("questions.migrations.0007_find_compounds").BOUNDS

COMMON = 16  # a word is, if so small a part of what is wanted is below the first bound
MARGIN = 1.5  # the next look goes so much further than should be enough

# What PostgreSQL is asked by questions.models.search. A function keeps its plans, whichever
# connection of a pool it is called on: to plan a search takes longer than many a search. In here
# words are always looked up in the index. Else PostgreSQL, which takes looking into a row's words
# for cheap, would go through the whole table for a rare word, or through the keys in their order;
# so keys and owners stand in expressions that are in no other index.
BEGIN = (
    "LANGUAGE plpgsql STABLE SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS"
)
ROWS = "questions_searchentry WHERE is_listed AND COALESCE(private_to_id, 0) IN (0, seen_by)"
OLDEST = f"0below{BOUNDS[0]}"

# The keys of at most so many questions, the oldest first. The index gives all that match before the
# first can be taken, so the oldest alone are asked for, and then the others: if the word is common,
# as many as should hold enough, and only if they do not, all. What is wanted at_once, as there will
# be little, is one look at the index and not two.
FOUND = f"""
CREATE FUNCTION questions_found(
    wanted tsquery, seen_by bigint, one_of text[], at_once boolean, most integer
) RETURNS bigint[] {BEGIN} $$
DECLARE
    found bigint[] := '{{}}';
    looked_to bigint := 0;
    bound integer;
BEGIN
    IF NOT at_once THEN
        looked_to := {BOUNDS[0]};
        found := ARRAY(
            SELECT question_id FROM {ROWS}
            AND vector @@ (wanted && '{OLDEST}')
            AND (one_of IS NULL OR tags LIKE ANY (one_of))
            ORDER BY question_id + 0 LIMIT most
        );
        IF CARDINALITY(found) * {COMMON} >= most THEN
            SELECT MIN(each) INTO bound FROM UNNEST(ARRAY{list(BOUNDS)}) AS each
            WHERE each * CARDINALITY(found) >= {int(MARGIN * BOUNDS[0])} * most;
        END IF;
    END IF;
    WHILE CARDINALITY(found) < most LOOP
        found := found || ARRAY(
            SELECT question_id FROM {ROWS}
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
# The same of one after the other, each only while the keys known by then are fewer than its bound:
# those after it are not looked for.
IN_TURN = f"""
CREATE FUNCTION questions_found_in_turn(
    wanted tsquery[], while_fewer integer[], known bigint[],
    seen_by bigint, one_of text[], at_once boolean, most integer
) RETURNS SETOF bigint[] {BEGIN} $$
DECLARE
    found bigint[];
BEGIN
    FOR place IN 1 .. CARDINALITY(wanted) LOOP
        EXIT WHEN CARDINALITY(known) >= while_fewer[place];
        found := questions_found(wanted[place], seen_by, one_of, at_once, most);
        known := ARRAY(SELECT DISTINCT UNNEST(known || found));
        RETURN NEXT found;
    END LOOP;
END
$$
"""
# Of each that is wanted how many questions match, counted no further than to most.
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
                SELECT FROM {ROWS} AND vector @@ (each && '{OLDEST}')
                UNION ALL
                SELECT FROM {ROWS} AND vector @@ each AND question_id + 0 >= {BOUNDS[0]}
                LIMIT most
            ) AS found
        );
    END LOOP;
    RETURN counts;
END
$$
"""  # noqa: S608


class Migration(migrations.Migration):

    dependencies = [("questions", "0008_search_parts")]

    operations = [
        first.OnlyOn(
            "postgresql",
            [FOUND, IN_TURN, TALLY],
            [
                "DROP FUNCTION questions_tally",
                "DROP FUNCTION questions_found_in_turn",
                "DROP FUNCTION questions_found",
            ],
        ),
    ]
