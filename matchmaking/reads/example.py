"""A pair with round numbers that explains the bridge where no real pair is meant."""

from matchmaking.reads.bridge import Bridge, BridgeSpan

# 72 is the geometric mean of 67 and 78, as in every bridge; names are left to the template's caption.
EXAMPLE = Bridge(
    left=BridgeSpan(name="A", side="eu", points=67.0, low=56.0, high=81.0),
    right=BridgeSpan(name="B", side="mx", points=78.0, low=76.0, high=81.0),
    score=(67.0 * 78.0) ** 0.5,
    low=(56.0 * 76.0) ** 0.5,
    high=81.0,
    coverage=0.75,
)
