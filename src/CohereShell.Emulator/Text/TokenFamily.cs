namespace CohereShell.Emulation;

/// <summary>
/// All pieces of one pattern, such as a space and three lower-case letters. The number of a piece is computed from its
/// characters, so a large vocabulary doesn't need a table.
/// </summary>
internal sealed class TokenFamily
{
    private readonly TokenAlphabet[] _alphabets;

    internal TokenFamily(params TokenAlphabet[] alphabets)
    {
        _alphabets = alphabets;
        Count = 1;
        foreach (TokenAlphabet alphabet in alphabets)
        {
            Count *= alphabet.Size;
        }
    }

    /// <summary>The number of pieces.</summary>
    internal int Count { get; }

    /// <summary>The number of characters of a piece.</summary>
    internal int Length => _alphabets.Length;

    /// <summary>The number of the piece at a position of a text. Negative if there isn't one.</summary>
    internal int NumberAt(string text, int position)
    {
        if (text.Length - position < _alphabets.Length)
        {
            return -1;
        }

        int number = 0;
        for (int i = 0; i < _alphabets.Length; i++)
        {
            int index = _alphabets[i].IndexOf(text[position + i]);
            if (index < 0)
            {
                return -1;
            }

            number = (number * _alphabets[i].Size) + index;
        }

        return number;
    }

    /// <summary>The text of a piece.</summary>
    internal string Text(int number)
    {
        char[] characters = new char[_alphabets.Length];
        for (int i = characters.Length - 1; i >= 0; i--)
        {
            characters[i] = _alphabets[i].At(number % _alphabets[i].Size);
            number /= _alphabets[i].Size;
        }

        return new string(characters);
    }
}
