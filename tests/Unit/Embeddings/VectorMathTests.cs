using System;
using System.Linq;
using System.Numerics;
using Xunit;

namespace CohereShell.Tests.Embeddings;

public sealed class VectorMathTests
{
    private readonly Random _random = new(20);

    public static TheoryData<int> Lengths => new(Enumerable.Range(0, 70).Append(1024).Append(1536).Append(1_000_003));

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Sums_over_floats_equal_those_of_a_simple_loop(int length)
    {
        float[] left = Floats(length);
        float[] right = Floats(length);

        (double dot, double squares) = VectorMath.Products(left, right);

        Assert.Equal(left.Zip(right, (a, b) => (double)a * b).Sum(), dot, 1e-9);
        Assert.Equal(right.Sum(b => (double)b * b), squares, 1e-6);
        Assert.Equal(left.Zip(right, (a, b) => ((double)a - b) * ((double)a - b)).Sum(), VectorMath.SquaredDistance(left, right), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Sums_over_bytes_are_exact_and_include_the_offset(int length)
    {
        sbyte[] left = Bytes(length).Select(number => (sbyte)number).ToArray();
        sbyte[] right = Bytes(length).Select(number => (sbyte)number).ToArray();
        byte[] unsignedLeft = left.Select(number => (byte)(number + 128)).ToArray();
        byte[] unsignedRight = right.Select(number => (byte)(number + 128)).ToArray();
        long expected = left.Zip(right, (a, b) => (long)a * b).Sum();

        Assert.Equal(expected, VectorMath.Dot(AsBytes(left), 0, AsBytes(right), 0));
        Assert.Equal(expected, VectorMath.Dot(unsignedLeft, VectorMath.Offset, AsBytes(right), 0));
        Assert.Equal(expected, VectorMath.Dot(unsignedLeft, VectorMath.Offset, unsignedRight, VectorMath.Offset));
        Assert.Equal((expected, right.Sum(b => (long)b * b)), VectorMath.Products(unsignedLeft, VectorMath.Offset, AsBytes(right), 0));
        Assert.Equal((expected, right.Sum(b => (long)b * b)), VectorMath.Products(AsBytes(left), 0, unsignedRight, VectorMath.Offset));
    }

    [Fact]
    public void The_largest_products_do_not_overflow()
    {
        byte[] numbers = new byte[3_000_000];
        Array.Fill(numbers, (byte)0x80);

        Assert.Equal(3_000_000L * 128 * 128, VectorMath.Dot(numbers, 0, numbers, 0));
        Assert.Equal((3_000_000L * 128 * 128, 3_000_000L * 128 * 128), VectorMath.Products(numbers, 0, numbers, 0));
        Assert.Equal((double)float.MaxValue * float.MaxValue * 64, VectorMath.Products(Enumerable.Repeat(float.MaxValue, 64).ToArray(), Enumerable.Repeat(float.MaxValue, 64).ToArray()).Dot);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Different_bits_are_counted(int length)
    {
        byte[] left = Bytes(length);
        byte[] right = Bytes(length);
        byte[] signedRight = right.Select(number => (byte)(number - 128)).ToArray();
        long expected = left.Zip(right, (a, b) => BitOperations.PopCount((uint)(a ^ b))).Sum();

        Assert.Equal(expected, VectorMath.DifferentBits(left, VectorMath.Offset, right, VectorMath.Offset));
        Assert.Equal(expected, VectorMath.DifferentBits(left, VectorMath.Offset, signedRight, 0));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void NaN_is_visible_in_the_sum_of_squares(float bad)
    {
        for (int i = 0; i < 40; i++)
        {
            float[] numbers = Floats(40);
            numbers[i] = bad;

            Assert.False(double.IsFinite(VectorMath.Products(numbers, numbers).Squares));
        }
    }

    private static ReadOnlySpan<byte> AsBytes(sbyte[] numbers) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(numbers.AsSpan());

    private float[] Floats(int length) => Enumerable.Range(0, length).Select(_ => (float)(_random.NextDouble() - 0.5)).ToArray();

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }
}
