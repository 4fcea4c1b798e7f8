using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CohereShell.Emulation;

/// <summary>
/// An embedding of length 1. Its numbers have seven decimals, so they are short in JSON and exactly the same in base64.
/// </summary>
internal sealed class EmbeddingVector
{
    /// <summary>The number of decimals.</summary>
    internal const int Decimals = 7;
    private const double One = 1e7;

    // The scale that maps the numbers to bytes. Values above four times the mean are clipped.
    private const double ByteScale = 32;
    private readonly int[] _numbers;

    private EmbeddingVector(int[] numbers) => _numbers = numbers;

    internal int Dimension => _numbers.Length;

    /// <summary>The numbers, multiplied by ten to the power of <see cref="Decimals"/>.</summary>
    internal int[] Numbers => _numbers;

    /// <summary>Normalizes sums to length 1.</summary>
    internal static EmbeddingVector Normalise(int[] sums)
    {
        long squares = 0;
        foreach (int sum in sums)
        {
            squares += (long)sum * sum;
        }

        double length = Math.Sqrt(squares);
        int[] numbers = new int[sums.Length];
        for (int i = 0; i < sums.Length; i++)
        {
            numbers[i] = (int)Math.Round(sums[i] * One / length);
        }

        return new EmbeddingVector(numbers);
    }

    /// <summary>The cosine similarity to another embedding: 1 for the same, about 0 for an unrelated one.</summary>
    internal double Cosine(EmbeddingVector other)
    {
        long product = 0;
        for (int i = 0; i < _numbers.Length; i++)
        {
            product += (long)_numbers[i] * other._numbers[i];
        }

        return product / (One * One);
    }

    /// <summary>The numbers as 32-bit floats in little-endian bytes.</summary>
    internal byte[] FloatBytes()
    {
        byte[] bytes = new byte[_numbers.Length * sizeof(float)];
        Span<float> one = stackalloc float[1];
        Span<int> bits = MemoryMarshal.Cast<float, int>(one);
        for (int i = 0; i < _numbers.Length; i++)
        {
            one[0] = (float)(_numbers[i] / One);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(float)), bits[0]);
        }

        return bytes;
    }

    /// <summary>The number of a dimension, scaled to -128 to 127. The scale is the same for every embedding.</summary>
    internal int Signed(int index)
    {
        double number = Math.Round(_numbers[index] * Math.Sqrt(_numbers.Length) * ByteScale / One);
        return (int)Math.Max(sbyte.MinValue, Math.Min(sbyte.MaxValue, number));
    }

    /// <summary>The signs of eight dimensions as a number from 0 to 255. The first dimension is the highest bit.</summary>
    internal int Signs(int index)
    {
        int signs = 0;
        for (int i = index * 8; i < (index + 1) * 8; i++)
        {
            signs = (signs << 1) | (_numbers[i] > 0 ? 1 : 0);
        }

        return signs;
    }
}
