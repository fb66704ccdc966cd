"""Every no of growth, weight gain and blood pressure."""

from core.errors import Refusal


class MeasuredBeforeBirth(Refusal):
    """A child cannot have been measured before birth."""

    code = "handbook.measured_before_birth"


class GrowthBeforeDueDay(Refusal):
    """A child born preterm has not reached the due day: until then other curves apply."""

    code = "handbook.growth_before_due_day"


class GrowthImplausible(Refusal):
    """The value cannot be true of a child of this age and sex (`measure`)."""

    code = "handbook.growth_implausible"


class GainNotForMultiples(Refusal):
    """The standard of weight gain knows no twins."""

    code = "handbook.gain_not_for_multiples"


class GainNotForAssisted(Refusal):
    """The standard of weight gain is made for pregnancies that came naturally."""

    code = "handbook.gain_not_for_assisted"


class GainNotForMinors(Refusal):
    """The standard of weight gain is made for grown women (`years`)."""

    code = "handbook.gain_not_for_minors"


class GainNotForBuild(Refusal):
    """She is too short or too heavy for the standard (`height`, `weight`)."""

    code = "handbook.gain_not_for_build"


class GainImplausible(Refusal):
    """Nobody gains or loses so much: one of the two weights is written wrong."""

    code = "handbook.gain_implausible"


class GainTooEarly(Refusal):
    """A weekly gain is counted after the first trimester, over at least some days (`days`)."""

    code = "handbook.gain_too_early"


class PressureImplausible(Refusal):
    """The lower figure of a blood pressure is not below the upper one."""

    code = "handbook.pressure_implausible"
