using System.Globalization;

namespace CohereShell.Emulation;

/// <summary>
/// Iterates over the words of a text without allocating strings. A word is a run of letters or digits, an ideograph, an
/// emoji, or a punctuation mark. A capital letter inside a word starts another word, as in Get-ChildItem.
/// </summary>
internal struct WordScanner(string text)
{
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;
    private const char FirstIdeographic = '\u2E80';
    private static readonly HashSet<ulong> Common = CommonStems();

    /// <summary>The start of the word.</summary>
    internal int Start { get; private set; }

    /// <summary>The end of the word.</summary>
    internal int End { get; private set; }

    /// <summary>A hash of the stem. It's the same for restart, Restarts and restarted.</summary>
    internal ulong Stem { get; private set; }

    /// <summary>Whether the word consists of letters or digits.</summary>
    internal bool IsWord { get; private set; }

    /// <summary>Whether the word occurs in almost any text.</summary>
    internal bool IsCommon { get; private set; }

    internal bool MoveNext()
    {
        Start = End;
        while (Start < text.Length && char.IsWhiteSpace(text[Start]))
        {
            Start++;
        }

        if (Start == text.Length)
        {
            return false;
        }

        IsWord = char.IsLetterOrDigit(text[Start]);
        End = IsWord ? EndOfWord() : Start + (char.IsSurrogatePair(text, Start) ? 2 : 1);
        Stem = StemHash();
        IsCommon = IsWord ? Common.Contains(Stem) : End - Start == 1;
        return true;
    }

    private static HashSet<ulong> CommonStems()
    {
        var stems = new HashSet<ulong>();
        foreach (string word in Words.WithoutMeaning)
        {
            stems.Add(new WordScanner(word) { End = word.Length, IsWord = true }.StemHash());
        }

        return stems;
    }

    private static char Lower(char c) => char.ToLowerInvariant(c);

    private readonly int EndOfWord()
    {
        int end = Start + 1;
        if (text[Start] >= FirstIdeographic)
        {
            return end;
        }

        bool isNumber = char.IsDigit(text[Start]);
        while (end < text.Length && Continues(text[end], text[end - 1], isNumber))
        {
            end++;
        }

        return end;
    }

    private static bool Continues(char c, char before, bool isNumber)
    {
        if (char.IsLetterOrDigit(c))
        {
            return c < FirstIdeographic && char.IsDigit(c) == isNumber && !(char.IsLower(before) && char.IsUpper(c));
        }

        return CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark;
    }

    private readonly ulong StemHash()
    {
        ulong sum = FnvOffset;
        int end = IsWord ? EndOfStem() : End;
        for (int i = Start; i < end; i++)
        {
            sum = unchecked((sum ^ Lower(text[i])) * FnvPrime);
        }

        return sum;
    }

    // The most common inflections in English: plural, -ing, -ed, and an e that they may replace.
    private readonly int EndOfStem()
    {
        int end = End;
        if (end - Start > 3 && Ends(end, 's') && !Ends(end - 1, 's'))
        {
            end--;
        }

        if (end - Start > 5 && Ends(end, 'g') && Ends(end - 1, 'n') && Ends(end - 2, 'i'))
        {
            end -= 3;
        }
        else if (end - Start > 4 && Ends(end, 'd') && Ends(end - 1, 'e'))
        {
            end -= 2;
        }

        return end - Start > 4 && Ends(end, 'e') ? end - 1 : end;
    }

    private readonly bool Ends(int end, char letter) => Lower(text[end - 1]) == letter;
}
