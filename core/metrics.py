"""Figures of this process for Prometheus: how often, how long, and with what answer."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()

requests = Counter(
    "yunyu_requests", "Requests answered.", ["endpoint", "status"], registry=REGISTRY
)
seconds = Histogram(
    "yunyu_request_seconds", "How long a request took.", ["endpoint"], registry=REGISTRY
)
pushes = Counter(
    "yunyu_pushes", "Pushes of the platform.", ["account", "status"], registry=REGISTRY
)
standing = Gauge(
    "yunyu_standing", "What stands in the database now: reminders by state, unopened alarms.",
    ["thing"], registry=REGISTRY,
)  # fmt: skip


def page() -> bytes:
    """Return the figures in Prometheus' text format."""
    return generate_latest(REGISTRY)
