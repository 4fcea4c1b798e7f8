using System.Runtime.InteropServices;

namespace CohereShell;

/// <summary>Converts floats to and from little-endian bytes, as in Cohere's base64 and in embedding files.</summary>
internal static class LittleEndian
{
    /// <summary>Reverses the bytes of the floats on a big-endian machine, in place. On other machines, does nothing.</summary>
    public static void Normalize(Span<float> numbers)
    {
        if (BitConverter.IsLittleEndian)
        {
            return;
        }

        Span<byte> bytes = MemoryMarshal.AsBytes(numbers);
        for (int start = 0; start < bytes.Length; start += sizeof(float))
        {
            bytes.Slice(start, sizeof(float)).Reverse();
        }
    }

    /// <summary>Decodes floats from base64.</summary>
    /// <exception cref="EmbeddingException">It isn't base64, or its length isn't a multiple of four bytes.</exception>
    public static float[] FromBase64(string text)
    {
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(text);
        }
        catch (FormatException exception)
        {
            throw new EmbeddingException(EmbeddingProblem.InvalidBase64, "The base64 text of the embedding isn't valid base64.", exception);
        }

        if (bytes.Length == 0 || bytes.Length % sizeof(float) != 0)
        {
            throw new EmbeddingException(EmbeddingProblem.InvalidBase64, FormattableString.Invariant($"The base64 text of the embedding contains {bytes.Length} bytes, which isn't a multiple of four."));
        }

        float[] numbers = new float[bytes.Length / sizeof(float)];
        Buffer.BlockCopy(bytes, 0, numbers, 0, bytes.Length);
        Normalize(numbers);
        return numbers;
    }
}
