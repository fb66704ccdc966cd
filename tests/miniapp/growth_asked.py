"""What the tests of growth and weight ask again and again."""

BUILD = {"mother_height": "162", "mother_weight_before": "54.5", "mother_age": "29"}


DAY = "2026-05-10"


def measure(signed, child_id, kind, value, day=DAY):
    return signed.post(
        f"/children/{child_id}/measurements", {"kind": kind, "value": value, "day": day}
    )


def growth(signed, child_id, kind="weight"):
    return signed.get(f"/children/{child_id}/growth", kind=kind).json


def weigh(signed, values, day=DAY):
    return signed.post("/pregnancies/measurements", {"day": day, "values": values})


def weight(signed):
    return signed.get("/pregnancies/weight").json
