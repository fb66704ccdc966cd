"""Every phrasing of the clinical table is caught at its level, and every look-alike is let pass."""

import pytest

from bot.matching import Stage
from bot.signs import Level, rules
from bot.triage import triage
from tests.bot.danger_cases import everyday, framed, heldout, lookalikes, still_alarming, table

RECALL = 0.99
"""Least share of held-out danger sentences that reach their level."""

FALSE_ALARMS = 0.05
"""Largest share of everyday sentences that may raise any alarm."""


@pytest.fixture(autouse=True, scope="module")
def _rules_are_read_once():
    rules()


@pytest.mark.parametrize(("text", "stage", "level"), list(table()))
def test_a_phrasing_of_the_table_reaches_its_level(text, stage, level):
    finding = triage(text, stage=stage)

    assert finding.level == level


@pytest.mark.parametrize(("text", "stage", "most"), list(lookalikes()))
def test_a_lookalike_does_not_alarm(text, stage, most):
    finding = triage(text, stage=stage)

    assert finding.level.rank <= Level(most).rank


@pytest.mark.parametrize("text", list(framed()))
def test_denied_imagined_past_or_asked_words_only_bring_the_safety_line(text):
    finding = triage(text, stage=Stage(gestation_days=210))

    assert finding.level is Level.NONE
    assert finding.knowledge
    assert finding.text_key in {"knowledge", "knowledge_self"}


@pytest.mark.parametrize("text", list(still_alarming()))
def test_a_report_in_a_frame_still_alarms(text):
    finding = triage(text, stage=Stage(gestation_days=210))

    assert finding.level.rank >= Level.TODAY.rank
    assert not finding.knowledge


@pytest.mark.slow
def test_unseen_wordings_are_caught():
    cases = heldout()

    missed = [
        text
        for text, stage, level in cases
        if triage(text, stage=stage).level.rank < Level(level).rank
    ]

    assert len(cases) >= 120
    assert len(missed) <= len(cases) * (1 - RECALL), missed


@pytest.mark.slow
def test_everyday_sentences_do_not_alarm():
    cases = everyday()

    alarmed = [text for text in cases if triage(text, stage=Stage()).level is not Level.NONE]

    assert len(cases) >= 120
    assert len(alarmed) <= len(cases) * FALSE_ALARMS, alarmed


@pytest.mark.parametrize(
    ("text", "days", "level", "variant"),
    [
        pytest.param("肚子疼", 6 * 7, Level.GO_NOW, None, id="early_pain_may_be_ectopic"),
        pytest.param("见红了", 39 * 7, Level.GO_NOW, "term_show", id="show_at_term_is_labour"),
        pytest.param("见红了", 36 * 7 + 6, Level.CALL_120, "late", id="show_a_day_before_term"),
        pytest.param("见红了，好多血块", 39 * 7, Level.CALL_120, "heavy", id="heavy_at_term"),
        pytest.param("羊水破了", 37 * 7, Level.GO_NOW, None, id="water_at_term"),
        pytest.param("羊水破了", 37 * 7 - 1, Level.CALL_120, "preterm", id="water_before_term"),
        pytest.param("胎动少了", 28 * 7, Level.GO_NOW, None, id="movements_from_28_weeks"),
        pytest.param("胎动少了", 28 * 7 - 1, Level.TODAY, "early", id="movements_before_28"),
        pytest.param("胎动少了", 19 * 7, Level.ROUTINE, "too_early", id="movements_too_early"),
        pytest.param("超预产期了", 41 * 7, Level.GO_NOW, "post_term", id="past_41_weeks"),
        pytest.param("超预产期了", 41 * 7 - 1, Level.TODAY, None, id="past_due_before_41"),
    ],
)
def test_the_week_changes_the_meaning(text, days, level, variant):
    finding = triage(text, stage=Stage(gestation_days=days))

    assert (finding.level, finding.variant) == (level, variant)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        pytest.param("胎动少了", Level.GO_NOW, id="movements"),
        pytest.param("宝宝发烧38度5", Level.GO_NOW, id="child_of_unknown_age"),
        pytest.param("两个月的宝宝发烧38.2", Level.GO_NOW, id="age_told_in_words"),
        pytest.param("四岁的孩子发烧38.2", Level.ROUTINE, id="older_age_told_in_words"),
        pytest.param("孕32周羊水破了", Level.CALL_120, id="week_told_in_words"),
        pytest.param("怀孕7个月破水了", Level.CALL_120, id="month_told_in_words"),
        pytest.param("连续6周胎动都少", Level.GO_NOW, id="a_duration_is_no_week"),
        pytest.param("新生儿体温37.8", Level.GO_NOW, id="newborn_told_in_words"),
    ],
)
def test_an_unknown_stage_never_lowers(text, level):
    finding = triage(text, stage=Stage())

    assert finding.level is level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        pytest.param("血压139/89", Level.NONE, id="below_high"),
        pytest.param("血压140/80", Level.TODAY, id="systolic_140"),
        pytest.param("血压130/90", Level.TODAY, id="diastolic_90"),
        pytest.param("血压160/100", Level.GO_NOW, id="systolic_160"),
        pytest.param("血压１５０／１１０", Level.GO_NOW, id="diastolic_110_full_width"),
        pytest.param("高压一百六", Level.GO_NOW, id="colloquial_160"),
        pytest.param("体温37.9", Level.NONE, id="no_fever"),
        pytest.param("体温38.0", Level.TODAY, id="fever_38"),
        pytest.param("烧到38度5", Level.GO_NOW, id="fever_38_5"),
        pytest.param("三十九度了", Level.GO_NOW, id="fever_in_characters"),
        pytest.param("水温38度可以吗", Level.NONE, id="bath_water"),
        pytest.param("评分130/140", Level.NONE, id="lower_above_upper_is_no_pressure"),
        pytest.param("12小时动了19次", Level.GO_NOW, id="movements_below_20"),
        pytest.param("12小时动了30次", Level.NONE, id="movements_30"),
        pytest.param("孕38周", Level.NONE, id="weeks_are_no_temperature"),
    ],
)
def test_numbers_are_read(text, level):
    finding = triage(text, stage=Stage(gestation_days=210))

    assert finding.level is level


@pytest.mark.parametrize(
    ("text", "days", "level"),
    [
        pytest.param("呼吸59次", 30, Level.NONE, id="under_2_months_59"),
        pytest.param("呼吸60次", 30, Level.CALL_120, id="under_2_months_60"),
        pytest.param("呼吸50次", 100, Level.CALL_120, id="under_1_year_50"),
        pytest.param("呼吸39次", 400, Level.NONE, id="over_1_year_39"),
        pytest.param("呼吸40次", 400, Level.CALL_120, id="over_1_year_40"),
        pytest.param("呼吸30次", 2000, Level.CALL_120, id="over_5_years_30"),
        pytest.param("体温37.5", 28, Level.GO_NOW, id="newborn_37_5"),
        pytest.param("体温37.5", 29, Level.NONE, id="infant_37_5"),
        pytest.param("体温38", 89, Level.GO_NOW, id="under_3_months_38"),
        pytest.param("体温38", 90, Level.ROUTINE, id="from_3_months_38"),
    ],
)
def test_numbers_of_a_child_depend_on_its_age(text, days, level):
    finding = triage(text, stage=Stage(child_age_days=days))

    assert finding.level is level


@pytest.mark.parametrize("text", ["出血", "见红", "肚子疼", "我肚子疼了", "破水了", "发烧", "头疼"])
def test_a_bare_word_asks_and_keeps_its_level(text):
    finding = triage(text, stage=Stage())

    assert finding.asks
    assert finding.level.rank >= Level.TODAY.rank


def test_a_full_report_does_not_ask():
    finding = triage("肚子疼得直不起腰", stage=Stage())

    assert not finding.asks


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("不想活了", id="plain"),
        pytest.param("胎动少了，我也不想活了", id="beside_another_sign"),
        pytest.param("我妹妹说她不想活了", id="said_by_a_sister"),
    ],
)
def test_thoughts_of_death_bring_a_person_now(text):
    finding = triage(text, stage=Stage())

    assert finding.needs_person_now
    assert finding.level is Level.CALL_120


def test_the_graver_of_two_signs_wins():
    finding = triage("手心痒，突然抽搐了", stage=Stage(gestation_days=210))

    assert finding.sign_id == "p_fit"
    assert finding.level is Level.CALL_120


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("破 水 了", id="spaces"),
        pytest.param("破\u200b水\u2060了", id="zero_width"),
        pytest.param("羊水坡了", id="homophone"),
        pytest.param("破水了！！！！！？？？", id="punctuation"),
        pytest.param("明天要空腹吗。谢谢。对了羊水破了", id="among_small_talk"),
        pytest.param("在吗" * 2400 + "。羊水破了", id="at_the_end_of_a_long_message"),
    ],
)
def test_disguised_words_are_still_heard(text):
    finding = triage(text, stage=Stage(gestation_days=270))

    assert finding.sign_id == "p_water"


def test_traditional_characters_are_understood():
    finding = triage("發燒３９度，臉腫了，頭暈眼花看東西模糊", stage=Stage(gestation_days=210))

    assert finding.level is Level.GO_NOW


def test_the_finding_names_the_rules_and_no_words():
    finding = triage("羊水破了", stage=Stage(gestation_days=270))

    assert finding.rule_version.startswith("2026.1-")
    assert finding.needs_review
    assert "羊水" not in repr(finding)


def test_an_everyday_sentence_is_no_finding_at_all():
    finding = triage("我想预约下周三的产检", stage=Stage(gestation_days=210))

    assert (finding.level, finding.sign_id, finding.knowledge) == (Level.NONE, None, False)
    assert finding.text_key == ""
