using System.Text;

namespace CohereShell;

/// <summary>Finds encodings. On .NET, only a separate provider has code pages such as windows-1252.</summary>
internal static class EncodingNames
{
    /// <summary>The encoding with a name.</summary>
    /// <exception cref="ArgumentException">It doesn't exist.</exception>
    public static Encoding Get(string name) =>
#if NET
        CodePagesEncodingProvider.Instance.GetEncoding(name) ??
#endif
        Encoding.GetEncoding(name);

    /// <summary>The encoding with the number of a code page.</summary>
    /// <exception cref="ArgumentException">It doesn't exist.</exception>
    /// <exception cref="NotSupportedException">It isn't available on this computer.</exception>
    public static Encoding Get(int codePage) =>
#if NET
        CodePagesEncodingProvider.Instance.GetEncoding(codePage) ??
#endif
        Encoding.GetEncoding(codePage);
}
