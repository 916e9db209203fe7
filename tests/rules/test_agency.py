"""The hand-made week itself."""

from tests.rules.agency import STYLES, captioned, reference, week_items


def test_styles_of_the_helper_are_those_of_the_configuration():
    assert set(STYLES) == set(reference().settings.timing.rotation.styles)
    assert len(captioned(week_items())[0]) == len(reference().items)
