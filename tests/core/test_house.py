"""The house is put together from its environment, over a given database or its own."""

import json
import tempfile
from pathlib import Path

import pytest

from core.clock import ShiftedClock, SystemClock
from core.house import opened
from core.settings import BadSettings
from tests.core.test_settings import NEEDED


def test_a_house_stands_on_the_database_it_is_given(database_url: str) -> None:
    with opened({**NEEDED, "YUNYU_DATABASE_URL": database_url, "YUNYU_POOL_SIZE": "2"}) as house:
        assert house.database.is_alive()
        assert isinstance(house.clock, SystemClock)
        assert house.settings.pool_size == 2


def test_a_house_follows_the_clock_file_it_is_given(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    path.write_text(json.dumps({"offset_seconds": 86400 * 365}), encoding="utf-8")
    environment = {
        **NEEDED, "YUNYU_DATABASE_URL": database_url, "YUNYU_CLOCK_FILE": str(path),
    }  # fmt: skip

    with opened(environment) as house:
        assert isinstance(house.clock, ShiftedClock)
        assert (house.clock.now() - SystemClock().now()).days in {364, 365}


@pytest.mark.slow
def test_without_a_database_a_house_brings_its_own() -> None:
    with tempfile.TemporaryDirectory(prefix="yunyu-house-") as name:
        Path(name).chmod(0o711)
        with opened({**NEEDED, "YUNYU_DATA_FOLDER": name}) as house:
            assert house.database.is_alive()


def test_a_house_without_its_settings_does_not_open() -> None:
    with pytest.raises(BadSettings), opened({}):
        pytest.fail("opened")


def test_a_house_with_a_broken_key_does_not_open() -> None:
    with (
        pytest.raises(ValueError, match="32 bytes"),
        opened({**NEEDED, "YUNYU_INDEX_KEY": "c2hvcnQ="}),
    ):
        pytest.fail("opened")
