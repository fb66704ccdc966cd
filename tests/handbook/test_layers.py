"""National -> province -> hospital, foreign programmes, and how editions differ."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from handbook.care.documents import FOLDER, Document, Layer, document
from handbook.care.layers import Difference, differences
from handbook.care.rows import Act, Change
from handbook.care.schedule import (
    CURRENT,
    CURRENT_CHILD,
    EDITION_KEYS,
    Schedule,
    load,
    put_together,
)
from handbook.care.spans import Span
from handbook.timeline import items

FIXTURES = Path(__file__).parent / "fixtures"
CITY = document(FIXTURES / "city-2026-layer.yaml")
HOSPITAL = document(FIXTURES / "hospital-2026-layer.yaml")
NORM = document(FOLDER / "moh-2011-maternal-care-norm.yaml")


def put(*lower: Document) -> Schedule:
    documents = (*lower, *load(CURRENT).documents)
    return put_together(key="ours", title="本院版", documents=documents)


def changing(**fields: object) -> Document:
    change = Change(**({"item": "nt", "by": "李医生", "reason": "试一试"} | fields))
    return replace(CITY, items=(), changes=(change,))


@pytest.mark.parametrize("key", EDITION_KEYS)
def test_every_edition_loads_and_hides_nothing(key: str):
    edition = load(key)

    assert edition.items
    assert edition.hidden == ()


def test_a_lower_layer_adds_an_item():
    assert put(CITY).item("thalassaemia").document.layer is Layer.PROVINCE


def test_a_lower_layer_tightens_and_says_who_and_why():
    item = put(CITY).item("us_anomaly")

    assert (item.opens, item.closes) == (Span(days=154), Span(days=174))
    assert item.source == (
        "《孕前和孕期保健指南》（2018）第3次产前检查（20～24周）必查项目"
        "；某市孕产妇保健实施方案收紧了时间（李医生：本市统一在 22 周以后做）"
    )


def test_a_hospital_may_reword_what_its_province_added():
    assert put(CITY, HOSPITAL).item("thalassaemia").preparation == "不用空腹，二楼抽血"


def test_what_a_hospital_hides_is_shown_to_reviewers_with_its_reason():
    ours = put(CITY, HOSPITAL, NORM)

    (hidden,) = ours.hidden

    assert hidden.key == "pp_visit"
    assert "（陈主任：本院按 2011 年工作规范做两次访视）" in hidden.source
    assert {"pp_visit_first_week", "pp_visit_day_28"} <= {item.key for item in ours.items}
    assert "pp_visit" not in {item.key for item in ours.items}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"act": Act.TIGHTEN, "opens": Span(days=70)}, "wider", id="opens-earlier"),
        pytest.param({"act": Act.TIGHTEN, "closes": Span(days=98)}, "wider", id="closes-later"),
        pytest.param(
            {"act": Act.TIGHTEN, "opens": Span(days=92)}, "not in order", id="past-its-ideal-time"
        ),
        pytest.param({"act": Act.HIDE, "item": "yoga"}, "no higher layer", id="unknown-item"),
    ],
)
def test_a_change_that_does_not_fit_makes_no_edition(fields: dict[str, object], said: str):
    with pytest.raises(ValueError, match=said):
        put(changing(**fields))


def test_a_layer_does_not_change_its_own_items():
    own = replace(CITY, changes=(Change(item="thalassaemia", act=Act.HIDE, by="我", reason="否"),))

    with pytest.raises(ValueError, match="no higher layer"):
        put(own)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"act": Act.TIGHTEN, "name": "别名"}, id="tightening-is-no-rewording"),
        pytest.param({"act": Act.REWORD, "closes": Span(days=90)}, id="rewording-moves-nothing"),
        pytest.param({"act": Act.HIDE, "what": "不做"}, id="hiding-writes-nothing"),
        pytest.param({"act": Act.REWORD}, id="rewording-needs-words"),
    ],
)
def test_an_act_writes_only_what_it_may(fields: dict[str, object]):
    with pytest.raises(ValueError, match="it is not to set"):
        changing(**fields)


def test_a_national_document_changes_nothing():
    with pytest.raises(ValueError, match="changes nothing"):
        replace(CITY, layer=Layer.NATIONAL)


def test_nobody_hides_without_a_name_and_a_reason(tmp_path: Path):
    text = (FIXTURES / "hospital-2026-layer.yaml").read_text("utf-8")
    path = tmp_path / "hospital-2026-layer.yaml"
    path.write_text(text.replace("    by: 陈主任\n", ""), "utf-8")

    with pytest.raises(ValueError, match="by"):
        document(path)


def test_moving_to_another_edition_shows_what_would_change():
    old, new = load(CURRENT), put(CITY, HOSPITAL)

    assert differences(old.items, new.items) == [
        ("pp_visit", Difference.REMOVED),
        ("thalassaemia", Difference.ADDED),
        ("us_anomaly", Difference.MOVED),
    ]
    assert differences(old.items, old.items) == []


def test_a_new_wording_is_a_difference():
    old = load(CURRENT).items
    reworded = tuple(replace(item, what="换一种说法") for item in old if item.key == "nt")

    found = differences([item for item in old if item.key == "nt"], reworded)

    assert found == [("nt", Difference.REWORDED)]


def test_the_guideline_visits_take_over_the_reminders_of_the_minimum():
    windows, visits = load("national-2026"), load("national-2026-visits")

    assert windows.item("anc2").is_reminded
    assert not visits.item("anc2").is_reminded
    assert visits.item("visit_2").is_reminded


def test_the_guideline_has_its_eleven_visits():
    visits = [item for item in load("national-2026-visits").items if "visit_" in item.key[:6]]

    assert [(item.opens.days // 7, item.closes.days // 7) for item in visits] == [
        (6, 13), (14, 19), (20, 24), (25, 28), (29, 32), (33, 36),
        (37, 37), (38, 38), (39, 39), (40, 40), (41, 41),
    ]  # fmt: skip


def test_a_foreign_programme_is_expressed_in_data_alone():
    who = document(FIXTURES / "who-2016-antenatal-contacts.yaml")
    schedule = put_together(key="who", title="WHO 2016", documents=(who,))
    last_period_day = date(2026, 1, 1)

    found = items(schedule, last_period_day=last_period_day, today=last_period_day)

    weeks = [(item.ideal_from_day - last_period_day).days // 7 for item in found]
    assert weeks == [12, 20, 26, 30, 34, 36, 38, 40]
    assert {(item.to_day - item.ideal_from_day).days for item in found} == {7}


def test_a_child_has_its_visits_eye_checks_signs_and_plans():
    child = load(CURRENT_CHILD)
    keys = [item.key for item in child.items]

    assert len([key for key in keys if key.startswith("eye_")]) == 13
    assert len([key for key in keys if key.startswith("c")]) == 13
    assert [len(each.signs) for each in child.checklists] == [4] * 11
    assert [plan.key for plan in child.plans] == ["preterm_low_risk", "preterm_high_risk"]
