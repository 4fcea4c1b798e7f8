using System.Text;

namespace CohereShell.Emulation;

/// <summary>
/// Texts as numbers and back, without loss and without memory: ids 0 to 255 are bytes, the next ones short pieces whose
/// ids are computed, the last ones words of a list. Not Cohere's ids, but about as many for English.
/// </summary>
internal static class TokenCodec
{
    private const int Bytes = 256;
    private const char Space = ' ';

    private static readonly TokenAlphabet Blank = TokenAlphabet.Only(Space);
    private static readonly TokenAlphabet Small = TokenAlphabet.Range('a', 'z');
    private static readonly TokenAlphabet Capital = TokenAlphabet.Range('A', 'Z');
    private static readonly TokenAlphabet Digit = TokenAlphabet.Range('0', '9');

    // Four of all the letters would be more pieces than a vocabulary has.
    private static readonly TokenAlphabet Frequent = TokenAlphabet.Letters("etaoinsrhldcumfpgwyb");

    // In the order in which they are tried: long ones first, and with the space in front if there is one.
    private static readonly TokenFamily[] Families =
    [
        new(Blank, Blank, Blank, Blank, Blank, Blank, Blank, Blank),
        new(Blank, Blank, Blank, Blank),
        new(Blank, Blank),
        new(TokenAlphabet.Only('\r'), TokenAlphabet.Only('\n')),
        new(Blank, Capital, Small, Small),
        new(Blank, Small, Small, Small),
        new(Frequent, Frequent, Frequent, Frequent),
        new(Capital, Small, Small),
        new(Small, Small, Small),
        new(Blank, Digit, Digit, Digit),
        new(Digit, Digit, Digit),
        new(Blank, Capital, Small),
        new(Blank, Small, Small),
        new(Blank, Capital, Capital),
        new(Blank, Digit, Digit),
        new(Capital, Small),
        new(Small, Small),
        new(Capital, Capital),
        new(Digit, Digit),
        new(Blank, TokenAlphabet.Range('!', '~')),

        // All that is two bytes: letters with accents, Greek, Cyrillic, Hebrew, Arabic.
        new(TokenAlphabet.Range('\u0080', '\u07FF')),
    ];

    private static readonly int FirstWord = Bytes + Families.Sum(family => family.Count);

    /// <summary>How many ids there are; the last one is one less.</summary>
    internal static int VocabularySize { get; } = FirstWord + TokenWords.Count;

    internal static List<int> Encode(string text)
    {
        var ids = new List<int>((text.Length / 3) + 1);
        for (int position = 0; position < text.Length;)
        {
            int length = Next(text, position, out int id, out _);
            if (id >= 0)
            {
                ids.Add(id);
            }
            else
            {
                ids.AddRange(Encoding.UTF8.GetBytes(text.Substring(position, length)).Select(value => (int)value));
            }

            position += length;
        }

        return ids;
    }

    /// <summary>How many ids <see cref="Encode"/> gives.</summary>
    internal static int Count(string text)
    {
        int count = 0;
        for (int position = 0; position < text.Length;)
        {
            position += Next(text, position, out _, out int tokens);
            count += tokens;
        }

        return count;
    }

    /// <summary>Where the text's first tokens end, so many of them at most; no character is broken.</summary>
    internal static int End(string text, int tokenCount)
    {
        int count = 0;
        int position = 0;
        while (position < text.Length)
        {
            int length = Next(text, position, out _, out int tokens);
            count += tokens;
            if (count > tokenCount)
            {
                break;
            }

            position += length;
        }

        return position;
    }

    /// <summary>The bytes that an id stands for.</summary>
    internal static byte[] Decode(int id) => id < Bytes ? [(byte)id] : Encoding.UTF8.GetBytes(Piece(id));

    private static string Piece(int id)
    {
        if (id >= FirstWord)
        {
            return TokenWords.Text(id - FirstWord);
        }

        int number = id - Bytes;
        foreach (TokenFamily family in Families)
        {
            if (number < family.Count)
            {
                return family.Text(number);
            }

            number -= family.Count;
        }

        throw new ArgumentOutOfRangeException(nameof(id));
    }

    // How many characters the next piece has, its id, and how many tokens it is. The id is negative where the piece is
    // one character that goes as bytes.
    private static int Next(string text, int position, out int id, out int tokens)
    {
        tokens = 1;
        int word = TokenWords.NumberAt(text, position, out int length);
        if (word >= 0)
        {
            id = FirstWord + word;
            return length;
        }

        int first = Bytes;
        foreach (TokenFamily family in Families)
        {
            int number = family.NumberAt(text, position);
            if (number >= 0)
            {
                id = first + number;
                return family.Length;
            }

            first += family.Count;
        }

        char character = text[position];
        bool isByte = character < 0x80;
        bool isPair = !isByte && position + 1 < text.Length && char.IsSurrogatePair(character, text[position + 1]);
        id = isByte ? character : -1;
        tokens = isByte ? 1 : isPair ? 4 : 3;
        return isPair ? 2 : 1;
    }
}
