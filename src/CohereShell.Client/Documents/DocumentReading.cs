using System.Text;

namespace CohereShell;

/// <summary>
/// The bounds of reading one file. Readers call its methods often, because a file can be made so that reading it never
/// ends, or needs more memory than the computer has.
/// </summary>
internal sealed class DocumentReading(string path, Encoding? encoding, CancellationToken cancellationToken)
{
    /// <summary>The maximum size of a file in bytes: 100 MB.</summary>
    public const int MaxFileBytes = 100 * 1024 * 1024;

    /// <summary>The maximum number of characters of all text in a file.</summary>
    public const int MaxCharacters = 50_000_000;

    /// <summary>The maximum number of bytes of the XML in an Office document: 128 MB.</summary>
    public const long MaxExpandedBytes = 128L * 1024 * 1024;

    private const int StepsBetweenChecks = 1024;

    private long _characters;
    private long _expandedBytes;
    private int _steps;

    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>The encoding of text; null for what the file says, or UTF-8.</summary>
    public Encoding? Encoding { get; } = encoding;

    /// <summary>Ends the reading.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Ends the reading if it was canceled.</summary>
    public void Check() => CancellationToken.ThrowIfCancellationRequested();

    /// <summary>The same for short steps.</summary>
    public void Step()
    {
        if (++_steps % StepsBetweenChecks == 0)
        {
            Check();
        }
    }

    /// <summary>Counts text.</summary>
    /// <exception cref="CohereException">The file has too much text.</exception>
    public void AddCharacters(int count)
    {
        _characters += count;
        if (_characters > MaxCharacters)
        {
            throw DocumentErrors.TooLarge(Path, FormattableString.Invariant($"it contains more than {MaxCharacters / 1_000_000} million characters of text"));
        }

        Step();
    }

    /// <summary>Counts decompressed bytes.</summary>
    /// <exception cref="CohereException">The file expands too much.</exception>
    public void AddExpandedBytes(long count)
    {
        _expandedBytes += count;
        if (_expandedBytes > MaxExpandedBytes)
        {
            throw DocumentErrors.TooLarge(Path, "its text parts expand to more than 128 MB");
        }

        Step();
    }
}
