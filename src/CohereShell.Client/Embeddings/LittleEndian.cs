using System.Runtime.InteropServices;

namespace CohereShell;

/// <summary>Floats from and to their bytes, little end first: the form of Cohere's base64 and of our files.</summary>
internal static class LittleEndian
{
    /// <summary>Turns the floats of a machine that has the big end first around, in place; nothing to do on any other.</summary>
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

    /// <summary>The floats in a text of base64.</summary>
    /// <exception cref="EmbeddingException">It is no base64, or of no whole number of floats.</exception>
    public static float[] FromBase64(string text)
    {
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(text);
        }
        catch (FormatException exception)
        {
            throw new EmbeddingException(EmbeddingProblem.InvalidBase64, "The base64 form of the embedding is no base64.", exception);
        }

        if (bytes.Length == 0 || bytes.Length % sizeof(float) != 0)
        {
            throw new EmbeddingException(EmbeddingProblem.InvalidBase64, FormattableString.Invariant($"The base64 form of the embedding holds {bytes.Length} bytes, which is no whole number of 32-bit numbers."));
        }

        float[] numbers = new float[bytes.Length / sizeof(float)];
        Buffer.BlockCopy(bytes, 0, numbers, 0, bytes.Length);
        Normalize(numbers);
        return numbers;
    }
}
