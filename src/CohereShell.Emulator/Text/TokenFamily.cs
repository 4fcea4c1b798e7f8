namespace CohereShell.Emulation;

/// <summary>
/// All the pieces of one build, such as a space and three small letters. The number of a piece is computed from its
/// characters, so that a large vocabulary needs no table.
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

    /// <summary>How many pieces there are.</summary>
    internal int Count { get; }

    /// <summary>How many characters a piece has.</summary>
    internal int Length => _alphabets.Length;

    /// <summary>The number of the piece that stands in a text; negative where none does.</summary>
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

    /// <summary>The characters of a piece.</summary>
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
