"""Phonetic codes of words."""

from __future__ import annotations

_SOUNDEX = {
    letter: str(digit)
    for digit, letters in enumerate(["BFPV", "CGJKQSXZ", "DT", "L", "MN", "R"], 1)
    for letter in letters
}


def soundex(text: str) -> str | None:
    """Russell's code: the first letter and three digits; vowels part equal codes, H and W do not."""
    letters = [letter for letter in text.upper() if "A" <= letter <= "Z"]
    if not letters:
        return None
    code = letters[0]
    last = _SOUNDEX.get(letters[0])
    for letter in letters[1:]:
        digit = _SOUNDEX.get(letter)
        if digit is not None and digit != last:
            code += digit
        if letter not in "HW":
            last = digit
    return code[:4].ljust(4, "0")


def cologne_phonetic(text: str) -> str | None:
    """Hans Joachim Postel's code (Kölner Phonetik, 1969) for German words."""
    folded = text.upper().replace("ß", "S").translate(str.maketrans("ÄÖÜ", "AOU"))
    letters = [letter for letter in folded if "A" <= letter <= "Z"]
    code = ""
    for index, letter in enumerate(letters):
        before = letters[index - 1] if index else ""
        after = letters[index + 1] if index + 1 < len(letters) else ""
        code += _cologne_digits(letter, before, after)
    merged = "".join(digit for index, digit in enumerate(code) if index == 0 or code[index - 1] != digit)
    return (merged[:1] + merged[1:].replace("0", "")) or None


def _cologne_digits(letter: str, before: str, after: str) -> str:
    if letter in "AEIJOUY":
        return "0"
    if letter == "P":
        return "3" if after == "H" else "1"
    if letter in "DT":
        return "8" if after and after in "CSZ" else "2"
    if letter == "X":
        return "8" if before and before in "CKQ" else "48"
    if letter == "C":
        return _cologne_c(before, after)
    plain = {"B": "1", "F": "3", "V": "3", "W": "3", "G": "4", "K": "4", "Q": "4"}
    plain |= {"L": "5", "M": "6", "N": "6", "R": "7", "S": "8", "Z": "8"}
    return plain.get(letter, "")


def _cologne_c(before: str, after: str) -> str:
    if not before:
        return "4" if after and after in "AHKLOQRUX" else "8"
    if before in "SZ":
        return "8"
    return "4" if after and after in "AHKOQUX" else "8"
