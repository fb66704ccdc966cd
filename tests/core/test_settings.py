"""Settings are read whole or refused by name; a secret may come from a file."""

import dataclasses
from pathlib import Path

import pytest

from core.settings import BadSettings, Settings, read
from tests.world import SETTINGS

NEEDED = {
    f"YUNYU_{one.name.upper()}": getattr(SETTINGS, one.name)
    for one in dataclasses.fields(Settings)
    if one.default is dataclasses.MISSING
}


def test_what_must_be_given_is_enough() -> None:
    settings = read(NEEDED)

    assert settings.oa_appid == SETTINGS.oa_appid
    assert settings.pool_size == 16
    assert settings.data_folder == Path(".run")


def test_variables_of_other_programs_are_none_of_ours() -> None:
    assert read({**NEEDED, "PATH": "/bin", "LANG": "C"}) == read(NEEDED)


def test_an_unknown_setting_is_refused_by_name() -> None:
    with pytest.raises(BadSettings, match="Unknown setting: YUNYU_OA_APID"):
        read({**NEEDED, "YUNYU_OA_APID": "wx1"})


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_a_missing_setting_is_refused_by_name(name: str) -> None:
    rest = {key: text for key, text in NEEDED.items() if key != name}

    with pytest.raises(BadSettings, match=f"^Missing setting: {name}$"):
        read(rest)


def test_a_secret_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "oa_secret"
    path.write_text("from-a-file\n", encoding="utf-8")

    settings = read({**NEEDED, "YUNYU_OA_SECRET_FILE": str(path)})

    assert settings.oa_secret == "from-a-file"


def test_a_file_that_cannot_be_read_is_refused_by_its_setting(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="^Cannot read the file of YUNYU_OA_SECRET$"):
        read({**NEEDED, "YUNYU_OA_SECRET_FILE": str(tmp_path / "none")})


def test_a_number_that_is_none_is_refused_and_not_repeated() -> None:
    with pytest.raises(BadSettings, match="^Cannot read setting: YUNYU_POOL_SIZE$"):
        read({**NEEDED, "YUNYU_POOL_SIZE": "many"})


def test_numbers_and_folders_are_read_as_such() -> None:
    settings = read({**NEEDED, "YUNYU_POOL_SIZE": "4", "YUNYU_DATA_FOLDER": "/srv/yunyu"})

    assert (settings.pool_size, settings.data_folder) == (4, Path("/srv/yunyu"))


@pytest.mark.parametrize(
    ("address", "is_https"),
    [("https://yunyu.example", True), ("http://127.0.0.1:8000", False)],
    ids=["over TLS", "plain"],
)
def test_settings_know_whether_phones_come_over_tls(address: str, is_https: bool) -> None:
    assert read({**NEEDED, "YUNYU_BASE_URL": address}).is_https is is_https


def test_printed_settings_show_no_secret() -> None:
    printed = repr(SETTINGS)

    assert "oa-secret" not in printed
    assert SETTINGS.field_keys not in printed


def test_every_setting_says_what_it_means() -> None:
    assert [one.name for one in dataclasses.fields(Settings) if not one.metadata["meaning"]] == []
