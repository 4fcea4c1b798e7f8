using System.Security.Cryptography;
using System.Text;

namespace CohereShell;

/// <summary>Identifies a text by its SHA-256, where keeping all texts would take too much memory.</summary>
internal static class TextHash
{
    /// <summary>The hash of a text in UTF-8: 32 bytes.</summary>
    public static byte[] Of(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
#if NET
        return SHA256.HashData(bytes);
#else
        using SHA256 algorithm = SHA256.Create();
        return algorithm.ComputeHash(bytes);
#endif
    }
}
