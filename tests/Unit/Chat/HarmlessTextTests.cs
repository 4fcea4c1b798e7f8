using Xunit;

namespace CohereShell.Tests;

/// <summary>A model's text must not be able to change other parts of the screen.</summary>
public sealed class HarmlessTextTests
{
    [Theory]
    [InlineData('\u202a')]
    [InlineData('\u202b')]
    [InlineData('\u202c')]
    [InlineData('\u202d')]
    [InlineData('\u202e')]
    [InlineData('\u2066')]
    [InlineData('\u2067')]
    [InlineData('\u2068')]
    [InlineData('\u2069')]
    public void Characters_that_change_the_text_direction_are_replaced(char mark) =>
        Assert.Equal("abc\ufffdtxt.exe", HarmlessText.From($"abc{mark}txt.exe"));

    [Theory]
    [InlineData('\0', '\u2400')]
    [InlineData('\u001b', '\u241b')]
    [InlineData('\u007f', '\ufffd')]
    [InlineData('\u009b', '\ufffd')]
    public void Control_characters_are_made_visible(char control, char shown) =>
        Assert.Equal($"a{shown}b", HarmlessText.From($"a{control}b"));

    [Theory]
    [InlineData("tab\tand\r\nlines")]
    [InlineData("שלום, \u2065 and \u206a")]
    public void Other_text_stays_unchanged(string text) => Assert.Same(text, HarmlessText.From(text));
}
