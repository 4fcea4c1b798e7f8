using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Xunit;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace CohereShell.Tests;

/// <summary>Another implementation of YAML must read back what was written.</summary>
public sealed class YamlTextTests
{
    private static readonly string[] Words = ["", "null", "~", "true", "false", "yes", "no", "on", "off", "=", "<<", ".inf", "-.inf", "+.inf", ".nan"];

    public static TheoryData<string> NastyTexts => new(
        "plain text", "", " ", "  leading", "trailing ", "\ttab", "tab\t", "a\tb", "a\t# b", "key: value", "key:", ":", ": ", "a:b", "http://example/x?y=1#z",
        "a #comment", "a#b", "# heading", "- item", "-", "-x", "--", "---", "...", "... x", "? what", "?", "[1]", "{a: 1}", "a, b", ", a", "&anchor", "*alias", "!tag",
        "| pipe", "> fold", "'single'", "\"double\"", "it's", "say \"hi\"", "%directive", "@at", "`tick`", "\\back\\slash", "C:\\temp\\new",
        "yes", "No", "on", "OFF", "y", "N", "true", "False", "null", "NULL", "~", "=", "<<", "1", "-1", "+1", "1.5", ".5", "1e3", "1_000", "0x1F", "0o17", "017", "1:30",
        "190:20:30", ".inf", "-.INF", ".NaN", "2024-01-02", "2024-01-02T03:04:05Z", "2024-01-02 03:04:05", "4625 event", "10 apples", "1.2.3",
        "\0", "bell\a", "esc\u001b[31m", "del\u007f", "next\u0085line", "line\u2028sep", "par\u2029sep", "\ufeffbom", "no\ufffechar", "nbsp\u00a0", "\u00a0nbsp",
        "Grüße", "世界", "👋", "👩‍👩‍👧 family", "e\u0301",
        "two\nlines", "two\nlines\n", "two\nlines\n\n", "\nfirst empty", "a\n\nb", "a\n\n\nb\n", " indented\nfirst", "first\n  indented", "a\n \nb", "a\n  ", "a\n\t\nb", "a\n\tb",
        "\r\n", "windows\r\nlines", "mac\rline", "\n", "\n\n", "a\n# no comment\n- no item\nkey: value\n", "a\n---\nb", "trailing blank \nb", "a\nb\u0085c", "a\n...\n", "| \n x");

    [Theory]
    [MemberData(nameof(NastyTexts))]
    public void A_string_in_any_position_is_read_back_unchanged(string text)
    {
        AssertComesBack(text);
        AssertComesBack(new Dictionary<string, object> { ["text"] = text, ["after"] = "x" });
        AssertComesBack(new Dictionary<string, object> { [text] = "value", ["after"] = text });
        AssertComesBack(new object[] { text, "x", text });
        AssertComesBack(new Dictionary<string, object> { ["outer"] = new object[] { text, new object[] { text, text }, new Dictionary<string, object> { ["a"] = text, ["b"] = text } } });
        AssertComesBack(new object[] { new Dictionary<string, object> { ["deep"] = new Dictionary<string, object> { ["deeper"] = text, [text + "!"] = new object[] { text } } } });
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[ ]")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("""{"a":{},"b":[],"c":null,"d":[[],{},null],"e":[[[]]],"f":{"g":{"h":{}}}}""")]
    [InlineData("""{"n":[0,-1,1.5,1e3,-2.5E-7,12345678901234567890,0.1]}""")]
    [InlineData("""{"b":[true,false]}""")]
    [InlineData("""[[1,[2,[3]]],{"a":[{"b":[{"c":1},{"d":2}]}]}]""")]
    public void Values_of_every_kind_are_read_back_unchanged(string json) => AssertComesBack(JsonDocument.Parse(json).RootElement);

    [Fact]
    public void The_output_equals_that_of_Python()
    {
        JsonElement record = JsonDocument.Parse(
            """{"Title":"How to fix a dishwasher","Author":{"name":"John Smith","age":41},"tags":["home","repair: easy"],"rows":[{"a":1,"b":[2,3]}],"active":true,"note":null,"none":[],"version":"1.5"}""").RootElement;

        Assert.Equal(
            """
            Title: How to fix a dishwasher
            Author:
              name: John Smith
              age: 41
            tags:
            - home
            - "repair: easy"
            rows:
            - a: 1
              b:
              - 2
              - 3
            active: true
            note: null
            none: []
            version: "1.5"

            """.ReplaceLineEndings("\n"),
            YamlText.From(record));
    }

    [Fact]
    public void A_multiline_string_stays_readable() =>
        Assert.Equal("text: |-\n  one\n\n  two\nend: |\n  three\n  four\n", YamlText.From(JsonSerializer.SerializeToElement(new { text = "one\n\ntwo", end = "three\nfour\n" })));

    private static void AssertComesBack(object value) => AssertComesBack(JsonSerializer.SerializeToElement(value));

    private static void AssertComesBack(JsonElement expected)
    {
        string yaml = YamlText.From(expected);
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        YamlDocument document = Assert.Single(stream.Documents);

        Assert.EndsWith("\n", yaml, StringComparison.Ordinal);
        Assert.Equal(Canonical(expected), Canonical(document.RootNode));
    }

    private static string Canonical(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(",", element.EnumerateObject().Select(property => Text(property.Name) + ":" + Canonical(property.Value))) + "}",
        JsonValueKind.Array => "[" + string.Join(",", element.EnumerateArray().Select(Canonical)) + "]",
        JsonValueKind.String => Text(element.GetString()!),
        _ => element.GetRawText(),
    };

    private static string Canonical(YamlNode node) => node switch
    {
        YamlMappingNode map => "{" + string.Join(",", map.Children.Select(pair => Canonical(pair.Key) + ":" + Canonical(pair.Value))) + "}",
        YamlSequenceNode list => "[" + string.Join(",", list.Children.Select(Canonical)) + "]",
        // An unquoted scalar is valid only if no reader can take it for something else than a string.
        YamlScalarNode { Style: ScalarStyle.Plain } scalar when !IsText(scalar.Value!) => scalar.Value!,
        YamlScalarNode scalar => Text(scalar.Value!),
        _ => throw new NotSupportedException(),
    };

    // Follows the schemas of YAML 1.1 and 1.2, with a margin.
    private static bool IsText(string plain) =>
        !Words.Contains(plain.ToLowerInvariant())
        && !System.Text.RegularExpressions.Regex.IsMatch(plain, @"^[-+]?[.]?[0-9][0-9a-fA-FxXoO_:.,+-]*([eE][-+]?[0-9]+)?$|^\d{4}-\d\d?-\d\d?([Tt ][0-9:.Zz+ -]*)?$");

    private static string Text(string value) => JsonSerializer.Serialize(value);
}
