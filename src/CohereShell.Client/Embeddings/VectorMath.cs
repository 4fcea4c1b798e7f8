using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
#if NET
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
#endif

namespace CohereShell;

/// <summary>
/// Sums over vectors. System.Numerics.Tensors has them too, but it is a package: it would be a third-party assembly in the
/// load context that PowerShell shares with all modules. Vector&lt;T&gt; uses the processor's vector instructions on .NET
/// and on .NET Framework.
/// </summary>
/// <remarks>
/// Floats are summed as doubles. Then the result is the same to about 15 digits for any register width, and a sum of finite
/// numbers can't overflow, so that a sum that isn't finite means NaN or Infinity in the input.
/// </remarks>
internal static class VectorMath
{
    /// <summary>Converts integers from 0 to 255 to the values from -128 to 127 that they represent, and back.</summary>
    public const byte Offset = 0x80;

    /// <summary>
    /// Optimizes a loop before its first use. Otherwise, .NET would compare the first hundred thousands of vectors with slow code.
    /// </summary>
#if NET
    public const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;
#else
    public const MethodImplOptions Hot = 0;
#endif

    // The sum of this number of groups of four products, each at most 2^14, fits into an Int32.
    private const int LongestRun = 1 << 14;

    /// <summary>The dot product of two vectors, and the sum of the squares of the second.</summary>
    [MethodImpl(Hot)]
    public static (double Dot, double Squares) Products(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
#if NET
        if (Avx512F.IsSupported && left.Length >= Vector512<float>.Count)
        {
            return WideProducts(left, right);
        }

        if (Fma.IsSupported && left.Length >= Vector256<float>.Count)
        {
            return FusedProducts(left, right);
        }
#endif
        ReadOnlySpan<Vector<float>> lefts = MemoryMarshal.Cast<float, Vector<float>>(left);
        ReadOnlySpan<Vector<float>> rights = MemoryMarshal.Cast<float, Vector<float>>(right).Slice(0, lefts.Length);
        Vector<double> dots = Vector<double>.Zero, moreDots = dots, squares = dots, moreSquares = dots;
        for (int i = 0; i < lefts.Length; i++)
        {
            Vector.Widen(lefts[i], out Vector<double> leftLow, out Vector<double> leftHigh);
            Vector.Widen(rights[i], out Vector<double> rightLow, out Vector<double> rightHigh);
            dots += leftLow * rightLow;
            moreDots += leftHigh * rightHigh;
            squares += rightLow * rightLow;
            moreSquares += rightHigh * rightHigh;
        }

        double dot = Sum(dots + moreDots);
        double square = Sum(squares + moreSquares);
        for (int i = lefts.Length * Vector<float>.Count; i < left.Length; i++)
        {
            dot += (double)left[i] * right[i];
            square += (double)right[i] * right[i];
        }

        return (dot, square);
    }

    /// <summary>The square of the distance between two vectors.</summary>
    [MethodImpl(Hot)]
    public static double SquaredDistance(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ReadOnlySpan<Vector<float>> lefts = MemoryMarshal.Cast<float, Vector<float>>(left);
        ReadOnlySpan<Vector<float>> rights = MemoryMarshal.Cast<float, Vector<float>>(right).Slice(0, lefts.Length);
        Vector<double> squares = Vector<double>.Zero, moreSquares = squares;
        for (int i = 0; i < lefts.Length; i++)
        {
            Vector.Widen(lefts[i], out Vector<double> leftLow, out Vector<double> leftHigh);
            Vector.Widen(rights[i], out Vector<double> rightLow, out Vector<double> rightHigh);
            Vector<double> low = leftLow - rightLow;
            Vector<double> high = leftHigh - rightHigh;
            squares += low * low;
            moreSquares += high * high;
        }

        double sum = Sum(squares + moreSquares);
        for (int i = lefts.Length * Vector<float>.Count; i < left.Length; i++)
        {
            double difference = (double)left[i] - right[i];
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>
    /// The dot product of two vectors of integers from -128 to 127. A vector with numbers from 0 to 255 is passed with the
    /// offset.
    /// </summary>
    [MethodImpl(Hot)]
    public static long Dot(ReadOnlySpan<byte> left, byte leftOffset, ReadOnlySpan<byte> right, byte rightOffset)
    {
        ReadOnlySpan<Vector<byte>> lefts = MemoryMarshal.Cast<byte, Vector<byte>>(left);
        ReadOnlySpan<Vector<byte>> rights = MemoryMarshal.Cast<byte, Vector<byte>>(right).Slice(0, lefts.Length);
        var leftOffsets = new Vector<byte>(leftOffset);
        var rightOffsets = new Vector<byte>(rightOffset);
        long sum = 0;
        for (int start = 0; start < lefts.Length; start += LongestRun)
        {
            Vector<int> sums = Vector<int>.Zero;
            int end = Math.Min(lefts.Length, start + LongestRun);
            for (int i = start; i < end; i++)
            {
                Vector.Widen(Vector.AsVectorSByte(lefts[i] ^ leftOffsets), out Vector<short> leftLow, out Vector<short> leftHigh);
                Vector.Widen(Vector.AsVectorSByte(rights[i] ^ rightOffsets), out Vector<short> rightLow, out Vector<short> rightHigh);
                Vector.Widen(leftLow * rightLow, out Vector<int> first, out Vector<int> second);
                Vector.Widen(leftHigh * rightHigh, out Vector<int> third, out Vector<int> fourth);
                sums += first + second + third + fourth;
            }

            for (int lane = 0; lane < Vector<int>.Count; lane++)
            {
                sum += sums[lane];
            }
        }

        for (int i = lefts.Length * Vector<byte>.Count; i < left.Length; i++)
        {
            sum += (sbyte)(left[i] ^ leftOffset) * (sbyte)(right[i] ^ rightOffset);
        }

        return sum;
    }

    /// <summary>
    /// The dot product of two vectors of integers from -128 to 127, and the sum of the squares of the second.
    /// </summary>
    [MethodImpl(Hot)]
    public static (long Dot, long Squares) Products(ReadOnlySpan<byte> left, byte leftOffset, ReadOnlySpan<byte> right, byte rightOffset)
    {
#if NET
        if (Avx2.IsSupported)
        {
            return AdjacentProducts(left, leftOffset, right, rightOffset);
        }
#endif
        return (Dot(left, leftOffset, right, rightOffset), Dot(right, rightOffset, right, rightOffset));
    }

    /// <summary>The number of bits in which two vectors of packed bits differ.</summary>
    [MethodImpl(Hot)]
    public static long DifferentBits(ReadOnlySpan<byte> left, byte leftOffset, ReadOnlySpan<byte> right, byte rightOffset)
    {
        ulong offset = (byte)(leftOffset ^ rightOffset) * 0x0101_0101_0101_0101UL;
        ReadOnlySpan<ulong> lefts = MemoryMarshal.Cast<byte, ulong>(left);
        ReadOnlySpan<ulong> rights = MemoryMarshal.Cast<byte, ulong>(right).Slice(0, lefts.Length);
        long count = 0;
        int first = 0;
#if NET
        if (Avx2.IsSupported)
        {
            first = left.Length / Vector256<byte>.Count * (Vector256<byte>.Count / sizeof(ulong));
            count = TableBits(left, right, (byte)offset);
        }
#endif
        for (int i = first; i < lefts.Length; i++)
        {
            count += Bits(lefts[i] ^ rights[i] ^ offset);
        }

        for (int i = lefts.Length * sizeof(ulong); i < left.Length; i++)
        {
            count += Bits((byte)(left[i] ^ right[i] ^ (byte)offset));
        }

        return count;
    }

#if NET
    // A search compares millions of vectors. Each instruction here counts.
    [MethodImpl(Hot)]
    private static (double Dot, double Squares) WideProducts(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ReadOnlySpan<Vector256<float>> lefts = MemoryMarshal.Cast<float, Vector256<float>>(left);
        ReadOnlySpan<Vector256<float>> rights = MemoryMarshal.Cast<float, Vector256<float>>(right).Slice(0, lefts.Length);
        Vector512<double> dots = Vector512<double>.Zero, moreDots = dots, squares = dots, moreSquares = dots;
        int i = 0;
        for (; i + 1 < lefts.Length; i += 2)
        {
            Vector512<double> first = Avx512F.ConvertToVector512Double(rights[i]);
            Vector512<double> second = Avx512F.ConvertToVector512Double(rights[i + 1]);
            dots = Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Double(lefts[i]), first, dots);
            moreDots = Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Double(lefts[i + 1]), second, moreDots);
            squares = Avx512F.FusedMultiplyAdd(first, first, squares);
            moreSquares = Avx512F.FusedMultiplyAdd(second, second, moreSquares);
        }

        double dot = Vector512.Sum(dots + moreDots);
        double square = Vector512.Sum(squares + moreSquares);
        AddRest(left, right, i * Vector256<float>.Count, ref dot, ref square);
        return (dot, square);
    }

    [MethodImpl(Hot)]
    private static (double Dot, double Squares) FusedProducts(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ReadOnlySpan<Vector128<float>> lefts = MemoryMarshal.Cast<float, Vector128<float>>(left);
        ReadOnlySpan<Vector128<float>> rights = MemoryMarshal.Cast<float, Vector128<float>>(right).Slice(0, lefts.Length);
        Vector256<double> dots = Vector256<double>.Zero, moreDots = dots, squares = dots, moreSquares = dots;
        int i = 0;
        for (; i + 1 < lefts.Length; i += 2)
        {
            Vector256<double> first = Avx.ConvertToVector256Double(rights[i]);
            Vector256<double> second = Avx.ConvertToVector256Double(rights[i + 1]);
            dots = Fma.MultiplyAdd(Avx.ConvertToVector256Double(lefts[i]), first, dots);
            moreDots = Fma.MultiplyAdd(Avx.ConvertToVector256Double(lefts[i + 1]), second, moreDots);
            squares = Fma.MultiplyAdd(first, first, squares);
            moreSquares = Fma.MultiplyAdd(second, second, moreSquares);
        }

        double dot = Vector256.Sum(dots + moreDots);
        double square = Vector256.Sum(squares + moreSquares);
        AddRest(left, right, i * Vector128<float>.Count, ref dot, ref square);
        return (dot, square);
    }

    // The bits of each half of a byte are looked up in a table. That is twice as fast as BitOperations.PopCount. The method of
    // System.Numerics.Tensors is between the two for UInt64, and slower than both for bytes.
    [MethodImpl(Hot)]
    private static long TableBits(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, byte offset)
    {
        ReadOnlySpan<Vector256<byte>> lefts = MemoryMarshal.Cast<byte, Vector256<byte>>(left);
        ReadOnlySpan<Vector256<byte>> rights = MemoryMarshal.Cast<byte, Vector256<byte>>(right).Slice(0, lefts.Length);
        Vector256<byte> offsets = Vector256.Create(offset);
        Vector256<byte> table = Vector256.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
        Vector256<byte> half = Vector256.Create((byte)0x0f);
        Vector256<ulong> sums = Vector256<ulong>.Zero;
        for (int i = 0; i < lefts.Length; i++)
        {
            Vector256<byte> different = lefts[i] ^ rights[i] ^ offsets;
            Vector256<byte> low = Avx2.Shuffle(table, different & half);
            Vector256<byte> high = Avx2.Shuffle(table, Vector256.ShiftRightLogical(different.AsUInt16(), 4).AsByte() & half);
            sums += Avx2.SumAbsoluteDifferences(low + high, Vector256<byte>.Zero).AsUInt64();
        }

        return (long)Vector256.Sum(sums);
    }

    private static void AddRest(ReadOnlySpan<float> left, ReadOnlySpan<float> right, int start, ref double dot, ref double square)
    {
        for (int i = start; i < left.Length; i++)
        {
            dot += (double)left[i] * right[i];
            square += (double)right[i] * right[i];
        }
    }

    // Products of 16-bit numbers, which are added in pairs.
    [MethodImpl(Hot)]
    private static (long Dot, long Squares) AdjacentProducts(ReadOnlySpan<byte> left, byte leftOffset, ReadOnlySpan<byte> right, byte rightOffset)
    {
        ReadOnlySpan<Vector128<byte>> lefts = MemoryMarshal.Cast<byte, Vector128<byte>>(left);
        ReadOnlySpan<Vector128<byte>> rights = MemoryMarshal.Cast<byte, Vector128<byte>>(right).Slice(0, lefts.Length);
        Vector128<byte> leftOffsets = Vector128.Create(leftOffset);
        Vector128<byte> rightOffsets = Vector128.Create(rightOffset);
        long dot = 0;
        long square = 0;
        for (int start = 0; start < lefts.Length; start += LongestRun)
        {
            Vector256<int> dots = Vector256<int>.Zero;
            Vector256<int> squares = dots;
            int end = Math.Min(lefts.Length, start + LongestRun);
            for (int i = start; i < end; i++)
            {
                Vector256<short> first = Avx2.ConvertToVector256Int16((lefts[i] ^ leftOffsets).AsSByte());
                Vector256<short> second = Avx2.ConvertToVector256Int16((rights[i] ^ rightOffsets).AsSByte());
                dots += Avx2.MultiplyAddAdjacent(first, second);
                squares += Avx2.MultiplyAddAdjacent(second, second);
            }

            (Vector256<long> low, Vector256<long> high) = Vector256.Widen(dots);
            dot += Vector256.Sum(low + high);
            (low, high) = Vector256.Widen(squares);
            square += Vector256.Sum(low + high);
        }

        for (int i = lefts.Length * Vector128<byte>.Count; i < left.Length; i++)
        {
            int other = (sbyte)(right[i] ^ rightOffset);
            dot += (sbyte)(left[i] ^ leftOffset) * other;
            square += other * other;
        }

        return (dot, square);
    }
#endif

    private static double Sum(Vector<double> lanes) => Vector.Dot(lanes, Vector<double>.One);

#if NET
    private static int Bits(ulong value) => BitOperations.PopCount(value);
#else
    private static int Bits(ulong value)
    {
        value -= (value >> 1) & 0x5555_5555_5555_5555UL;
        value = (value & 0x3333_3333_3333_3333UL) + ((value >> 2) & 0x3333_3333_3333_3333UL);
        value = (value + (value >> 4)) & 0x0f0f_0f0f_0f0f_0f0fUL;
        return (int)((value * 0x0101_0101_0101_0101UL) >> 56);
    }
#endif
}
