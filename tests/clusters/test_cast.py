"""The cast stands where its story says."""

from clusters.policies import role_of


def test_everybody_has_their_part(ana, beto, carla, clara, galician, nuevo_leon, event, olga):
    assert role_of(ana, galician) == "owner"
    assert role_of(beto, galician) == "member"
    assert role_of(carla, galician) is None
    assert role_of(carla, nuevo_leon) == "owner"
    assert clara.is_staff
    assert not clara.is_superuser
    assert event.team.get().user == olga
    assert event.slots.count() == 6
    assert ana.check_password("bridge-over-the-ocean")
