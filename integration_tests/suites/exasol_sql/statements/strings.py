"""String functions."""

from __future__ import annotations

from .statement import of_function as f
from .statement import rule_of_function as r

STRINGS = [
    f("ascii", "SELECT ASCII('X')", 88),
    f("bit_length", "SELECT BIT_LENGTH('aou'), BIT_LENGTH('äöü')", 24, 48),
    f("character_length", "SELECT CHARACTER_LENGTH('aeiouäöü')", 8),
    f("chr", "SELECT CHR(88)", "X"),
    f("cologne_phonetic", "SELECT COLOGNE_PHONETIC('schmitt'), COLOGNE_PHONETIC('Schmidt')", "862", "862"),
    f("concat", "SELECT CONCAT('abc', 'def')", "abcdef"),
    f(
        "dump",
        "SELECT DUMP('123abc'), DUMP('üäö45')",
        "Len=6 CharacterSet=ASCII: 49,50,51,97,98,99",
        "Len=8 CharacterSet=UTF8: 195,188,195,164,195,182,52,53",
    ),
    f("edit_distance", "SELECT EDIT_DISTANCE('schmitt', 'Schmidt')", 2),
    f("initcap", "SELECT INITCAP('ExASOL is great')", "Exasol Is Great"),
    f("insert", "SELECT INSERT('abc', 2, 2, 'xxx'), INSERT('abcdef', 3, 2, 'CD')", "axxx", "abCDef"),
    f(
        "instr",
        "SELECT INSTR('abcabcabc', 'cab'), INSTR('user1,user2,user3,user4,user5', 'user', -1, 2)",
        3,
        19,
    ),
    f("lcase", "SELECT LCASE('AbCdEf')", "abcdef"),
    f("left", "SELECT LEFT('abcdef', 3)", "abc"),
    f("length", "SELECT LENGTH('abc')", 3),
    f(
        "locate",
        "SELECT LOCATE('cab', 'abcabcabc'), LOCATE('user', 'user1,user2,user3,user4,user5', -1)",
        3,
        25,
    ),
    f("lower", "SELECT LOWER('AbCdEf')", "abcdef"),
    f("lpad", "SELECT LPAD('abc', 5, 'X')", "XXabc"),
    f("ltrim", "SELECT LTRIM('ab cdef', ' ab')", "cdef"),
    f("mid", "SELECT MID('abcdef', 2, 3)", "bcd"),
    f("octet_length", "SELECT OCTET_LENGTH('abcd'), OCTET_LENGTH('äöü')", 4, 6),
    f("position", "SELECT POSITION('cab' IN 'abcabcabc')", 3),
    f("repeat", "SELECT REPEAT('abc', 3)", "abcabcabc"),
    f(
        "replace",
        "SELECT REPLACE('Apple juice is great', 'Apple', 'Orange'), REPLACE('Apple juice is great', 'Apple')",
        "Orange juice is great",
        " juice is great",
    ),
    f("reverse", "SELECT REVERSE('abcde')", "edcba"),
    f("right", "SELECT RIGHT('abcdef', 3)", "def"),
    f("rpad", "SELECT RPAD('abc', 5, 'X')", "abcXX"),
    f("rtrim", "SELECT RTRIM('abcdef', 'afe')", "abcd"),
    f("soundex", "SELECT SOUNDEX('smythe'), SOUNDEX('Smith')", "S530", "S530"),
    f("space", "SELECT 'x' || SPACE(5) || 'x'", "x     x"),
    f("substr", "SELECT SUBSTR('abcdef', 2, 3)", "bcd"),
    f("substr", "SELECT SUBSTRING('abcdef' FROM 4 FOR 2)", "de"),
    f("translate", "SELECT TRANSLATE('abcd', 'abc', 'xy')", "xyd"),
    f("trim", "SELECT TRIM('abcdef', 'acf')", "bcde"),
    f("ucase", "SELECT UCASE('AbCdEf')", "ABCDEF"),
    f("unicode", "SELECT UNICODE('ä')", 228),
    f("unicodechr", "SELECT UNICODECHR(252)", "ü"),
    f("upper", "SELECT UPPER('AbCdEf')", "ABCDEF"),
    f("regexp_instr", r"SELECT REGEXP_INSTR('Phone: +497003927877678', '\+?\d+')", 8),
    f(
        "regexp_instr",
        r"SELECT REGEXP_INSTR('From: my_mail@yahoo.com', '(?i)[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,4}')",
        7,
    ),
    f(
        "regexp_replace",
        r"SELECT REGEXP_REPLACE('From: my_mail@yahoo.com', "
        r"'(?i)^From: ([a-z0-9._%+-]+)@([a-z0-9.-]+\.[a-z]{2,4}$)', 'Name: \1 - Domain: \2')",
        "Name: my_mail - Domain: yahoo.com",
    ),
    f(
        "regexp_substr",
        r"SELECT REGEXP_SUBSTR('My mail address is my_mail@yahoo.com', "
        r"'(?i)[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,4}')",
        "my_mail@yahoo.com",
    ),
    f("hash_md5", "SELECT HASH_MD5('abc')", "900150983cd24fb0d6963f7d28e17f72"),
    f("hash_sha1", "SELECT HASH_SHA1('abc')", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    f(
        "hash_sha256",
        "SELECT HASH_SHA256('abc')",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ),
    f(
        "hash_sha512",
        "SELECT HASH_SHA512('abc')",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ),
    f(
        "hashtype_md5",
        "SELECT HASHTYPE_MD5('abc')",
        "900150983cd24fb0d6963f7d28e17f72",
        types=("HASHTYPE(16 BYTE)",),
    ),
    f(
        "hashtype_sha1",
        "SELECT HASHTYPE_SHA1('abc')",
        "a9993e364706816aba3e25717850c26c9cd0d89d",
        types=("HASHTYPE(20 BYTE)",),
    ),
    f(
        "hashtype_sha256",
        "SELECT HASHTYPE_SHA256('abc')",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        types=("HASHTYPE(32 BYTE)",),
    ),
    f(
        "hashtype_sha512",
        "SELECT HASHTYPE_SHA512('abc')",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        types=("HASHTYPE(64 BYTE)",),
    ),
    r("hash_md5", "SELECT HASH_MD5('a', 'bc') = HASH_MD5('abc'), HASH_MD5(NULL)", True, None),
    r("hash_sha1", "SELECT HASH_SHA('abc') = HASH_SHA1('abc')", True),
    r("substr", "SELECT SUBSTR('abcdef', -3), SUBSTR('abcdef', 3)", "def", "cdef"),
    r("instr", "SELECT INSTR('abc', 'x'), INSTR('ababab', 'ab', 2), INSTR('ababab', 'ab', 1, 3)", 0, 3, 5),
    r(
        "regexp_substr",
        "SELECT REGEXP_SUBSTR('12 ab 34', '[0-9]+', 3), REGEXP_SUBSTR('1a2b3', '[0-9]', 1, 3)",
        "34",
        "3",
    ),
    r(
        "regexp_replace",
        "SELECT REGEXP_REPLACE('abab', 'a', 'x', 1, 2), REGEXP_REPLACE('abab', 'b')",
        "abxb",
        "aa",
    ),
    r(
        "regexp_instr",
        "SELECT REGEXP_INSTR('a1b2', '[0-9]', 1, 2), REGEXP_INSTR('a1b2', '[0-9]', 1, 1, 1)",
        4,
        3,
    ),
    r("regexp_substr", "SELECT REGEXP_SUBSTR('price: 10 EUR', '[0-9]+(?= EUR)')", "10"),
    r("upper", "SELECT UPPER('ab')", "AB", types=("CHAR(2) ASCII",)),
    r("concat", "SELECT 'ab' || 'cde'", "abcde", types=("VARCHAR(5) ASCII",)),
]
