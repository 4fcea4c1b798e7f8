using System.Text;

namespace CohereShell.Emulation;

/// <summary>
/// Encodes texts as token ids and decodes them, without loss and without state. Ids 0 to 255 are bytes. The next ids
/// are short pieces whose ids are computed, and the last ones are words of a list. The ids aren't Cohere's, but their
/// number is similar for English.
/// </summary>
internal static class TokenCodec
{
    private const int Bytes = 256;
    private const char Space = ' ';

    private static readonly TokenAlphabet Blank = TokenAlphabet.Only(Space);
    private static readonly TokenAlphabet Small = TokenAlphabet.Range('a', 'z');
    private static readonly TokenAlphabet Capital = TokenAlphabet.Range('A', 'Z');
    private static readonly TokenAlphabet Digit = TokenAlphabet.Range('0', '9');

    // Combinations of four letters out of the whole alphabet would exceed the vocabulary.
    private static readonly TokenAlphabet Frequent = TokenAlphabet.Letters("etaoinsrhldcumfpgwyb");

    // In the order of preference: long pieces first, and with a leading space if there is one.
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

        // All characters of two bytes: letters with accents, Greek, Cyrillic, Hebrew, Arabic.
        new(TokenAlphabet.Range('\u0080', '\u07FF')),
    ];

    private static readonly int FirstWord = Bytes + Families.Sum(family => family.Count);

    /// <summary>The number of ids. The last id is one less.</summary>
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

    /// <summary>The number of ids that <see cref="Encode"/> returns.</summary>
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

    /// <summary>The index where the first tokens of a text end, up to the specified count. It doesn't split characters.</summary>
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

    /// <summary>The bytes of an id.</summary>
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

    // Returns the length of the next piece, its id, and its number of tokens. The id is negative for a single character
    // that is encoded as bytes.
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
