from onememory.security.form_tokens import form_token, is_form_token


def test_a_token_belongs_to_one_visitor_and_tells_nothing_of_their_secret() -> None:
    token = form_token("om_ada")

    assert "om_ada" not in token
    assert is_form_token(token, "om_ada")
    assert not is_form_token(token, "om_ben")
    assert not is_form_token("", "om_ada")
    assert not is_form_token("\u00e9", "om_ada")
