using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace CohereShell.Tests;

public sealed class HiddenSecretsTests
{
    private static readonly string[] Keys =
    [
        // These contain the letter 'a' 0 to 8 times.
        "hush0d3955f6845b61cbbdd4cc362fe07b19c2d4",
        "hushba0d3955f6845b61cbbdd4cc362fe07b19c2",
        "hushba0d3955f6a845b61cbbdd4cc362fe07b19c",
        "hushba0d3955f6a845ba61cbbdd4cc362fe07b19",
        "hushba0d3955f6a845ba61cbabdd4cc362fe07b1",
        "hushba0d3955f6a845bab61cbabdd4ac362f",
        "hushba0d3955f6a845bab61cbabdd4ac362fa0b",
        "aahush0d3955f6aaa845b61cbaab3dd4c362f107",
        "aaahush0d3955f6aaa845b61cbaab3dd4c362f107",
        // The form of Cohere's keys: letters of both cases and digits.
        "xT4Qm9ZaKc7RbV2uYpLw8NdGhJ5sEfA3oXk6BiMt",
        // A password of a gateway, with punctuation.
        "Kx7-vT2_pQ9.mN4~rB6+wZ1",
    ];

    public static TheoryData<string> AllKeys => new(Keys);

    [Theory]
    [MemberData(nameof(AllKeys))]
    public void A_key_is_found_whichever_of_its_characters_a_command_splits_at(string key)
    {
        foreach (char delimiter in key.Append('!').Distinct())
        {
            Assert.True(Found(key, $"before {key} after".Split(delimiter)), $"-Delimiter {delimiter}");
            Assert.True(Found(key, Regex.Split($"before {key} after", Regex.Escape($"{delimiter}"), RegexOptions.IgnoreCase)), $"-split {delimiter}");
            Assert.True(Found(key, string.Concat($"before {key} after".Split(delimiter))), $"-replace {delimiter}");
            Assert.True(Found(key, new string(string.Concat(key.Split(delimiter)).Reverse().ToArray())), $"backwards without {delimiter}");
            Assert.True(Found(key, key.Split(delimiter).Select((piece, index) => $"{index + 1}: {piece}").ToArray()), $"with line numbers, at {delimiter}");
        }
    }

    [Theory]
    [MemberData(nameof(AllKeys))]
    public void A_key_is_found_if_a_run_of_its_characters_was_dropped(string key)
    {
        for (int length = 1; length <= 4; length++)
        {
            for (int start = 0; start <= key.Length - length; start++)
            {
                Assert.True(Found(key, key.Substring(0, start), key.Substring(start + length)), $"without {key.Substring(start, length)}");
            }
        }

        Assert.True(Found(key, Regex.Split(key, "[0-4]+")), "without the digits 0 to 4");
        Assert.True(Found(key, Regex.Split(key, "[a-c]+")), "without the letters a to c");
    }

    [Fact]
    public void A_key_is_found_in_base64_that_is_split_at_one_of_its_characters()
    {
        string base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes($"before {Keys[9]} after"));

        Assert.All(base64.TrimEnd('=').Distinct(), delimiter => Assert.True(Found(Keys[9], base64.Split(delimiter)), $"at {delimiter}"));
    }

    [Fact]
    public void Other_output_is_not_taken_for_a_key()
    {
        string[][] outputs =
        [
            [.. Hashes("one", 1000)],
            [.. Hashes("two", 3000).Select(hash => Guid.ParseExact(hash.AsSpan(0, 32), "N").ToString())],
            [.. Hashes("three", 1000).Select(hash => Convert.ToBase64String(Encoding.UTF8.GetBytes(hash)))],
            [.. Enumerable.Range(1, 30_000).Select(number => number.ToString(CultureInfo.InvariantCulture))],
            [.. Enumerable.Range(0, 128).Select(number => $"{number} {number:X2} {(char)number}")],
            ["abcdefghijklmnopqrstuvwxyz", "0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"],
            ["The command ran and returned no output. CO_API_KEY is set, and the session has a key for tests of the environment."],
        ];

        foreach (string key in Keys.Concat(Hashes("key", 50).Select(hash => $"hush{hash.AsSpan(0, 32)}")))
        {
            Assert.All(outputs, output => Assert.False(Found(key, output), $"{key} in {output[0]}"));
        }

        // A part that is too short to be useful isn't a reason to withhold the output.
        Assert.False(Found(Keys[9], [Keys[9].Substring(0, 8), "is the beginning of the key"]));
    }

    private static bool Found(string key, params string[] texts)
    {
        using var known = new ApiKey(key, null, []);
        return known.IsHidden(texts);
    }

    private static IEnumerable<string> Hashes(string seed, int count) => Enumerable.Range(0, count)
        .Select(index => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {index}"))));
}
