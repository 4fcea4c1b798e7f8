namespace CohereShell.Emulation;

/// <summary>The characters that are allowed at a position of a piece: a range or a set of letters.</summary>
internal readonly struct TokenAlphabet
{
    private readonly char _first;
    private readonly string? _letters;

    private TokenAlphabet(char first, int size, string? letters)
    {
        _first = first;
        Size = size;
        _letters = letters;
    }

    internal int Size { get; }

    internal static TokenAlphabet Range(char first, char last) => new(first, last - first + 1, null);

    internal static TokenAlphabet Only(char character) => Range(character, character);

    internal static TokenAlphabet Letters(string letters) => new('\0', letters.Length, letters);

    /// <summary>The index of a character. Negative if it isn't in the alphabet.</summary>
    internal int IndexOf(char character)
    {
        if (_letters is not null)
        {
            return _letters.IndexOf(character);
        }

        int index = character - _first;
        return index < Size ? index : -1;
    }

    internal char At(int index) => _letters is null ? (char)(_first + index) : _letters[index];
}
