using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CohereShell;

/// <summary>
/// Compares embeddings with a reference, in the most exact format that both have: floating point, then integers, then
/// bits, which count as 1 and -1.
/// </summary>
internal sealed class EmbeddingComparer
{
    private readonly SimilarityMetric _metric;
    private readonly string _model;
    private readonly int _dimension;
    private readonly float[]? _floats;
    private readonly double _floatLength;
    private readonly PackedNumbers _bytes;
    private readonly double _byteSquares;
    private readonly PackedNumbers _bits;

    /// <exception cref="EmbeddingException">The reference can't be compared with anything.</exception>
    public EmbeddingComparer(Embedding reference, SimilarityMetric metric)
    {
        _metric = metric;
        _model = reference.Model;
        _dimension = reference.Dimension;
        _floats = FloatsOf(reference);
        _bytes = BytesOf(reference);
        _bits = BitsOf(reference);
        if (_floats is null && _bytes.IsEmpty && _bits.IsEmpty)
        {
            throw Empty();
        }

        if (_floats is not null)
        {
            _floatLength = Math.Sqrt(CheckedSquares(VectorMath.Products(_floats, _floats).Squares, metric));
        }

        if (!_bytes.IsEmpty)
        {
            _byteSquares = CheckedSquares(Dot(_bytes, _bytes), metric);
        }
    }

    /// <summary>Returns the cosine, the dot product, or the distance.</summary>
    /// <exception cref="EmbeddingException">The two embeddings can't be compared.</exception>
    public double Compare(Embedding other)
    {
        CheckModel(other.Model);
        if (_floats is not null && FloatsOf(other) is { } floats)
        {
            return CompareFloats(floats);
        }

        PackedNumbers bytes = BytesOf(other);
        if (!_bytes.IsEmpty && !bytes.IsEmpty)
        {
            return CompareBytes(bytes.Bytes, bytes.Offset);
        }

        PackedNumbers bits = BitsOf(other);
        if (!_bits.IsEmpty && !bits.IsEmpty)
        {
            return CompareBits(bits.Bytes, bits.Offset);
        }

        if (bytes.IsEmpty && bits.IsEmpty && FloatsOf(other) is null)
        {
            throw Empty();
        }

        CheckDimension(_dimension, other.Dimension);
        throw new EmbeddingException(EmbeddingProblem.NoCommonForm, $"The embeddings don't have a common format: this one has {FormsOf(other)}, the other one has {FormsOf(_floats is not null, !_bytes.IsEmpty, !_bits.IsEmpty)}.");
    }

    public bool HasFloats => _floats is not null;

    public bool HasBytes => !_bytes.IsEmpty;

    public bool HasBits => !_bits.IsEmpty;

    /// <exception cref="EmbeddingException">The other embedding was created with another model.</exception>
    public void CheckModel(string other)
    {
        if (_model.Length > 0 && other.Length > 0 && !string.Equals(_model, other, StringComparison.Ordinal))
        {
            throw new EmbeddingException(EmbeddingProblem.ModelMismatch, $"The embedding was created with the model {other}, not with {_model}. Only embeddings of the same model can be compared.");
        }
    }

    /// <summary>Compares floating-point numbers.</summary>
    /// <exception cref="EmbeddingException">They can't be compared.</exception>
    public double CompareFloats(ReadOnlySpan<float> other)
    {
        ReadOnlySpan<float> reference = _floats;
        CheckDimension(reference.Length, other.Length);
        (double dot, double squares) = VectorMath.Products(reference, other);
        squares = CheckedSquares(squares, _metric);
        return _metric switch
        {
            SimilarityMetric.Cosine => Cosine(dot, _floatLength * Math.Sqrt(squares)),
            SimilarityMetric.DotProduct => dot,
            _ => Math.Sqrt(VectorMath.SquaredDistance(reference, other)),
        };
    }

    /// <summary>Compares 8-bit numbers.</summary>
    /// <param name="other">The numbers.</param>
    /// <param name="offset">0, or <see cref="VectorMath.Offset"/> for numbers from 0 to 255.</param>
    /// <exception cref="EmbeddingException">They can't be compared.</exception>
    public double CompareBytes(ReadOnlySpan<byte> other, byte offset)
    {
        CheckDimension(_bytes.Length, other.Length);
        (long dot, long otherSquares) = VectorMath.Products(_bytes.Bytes, _bytes.Offset, other, offset);
        if (_metric == SimilarityMetric.DotProduct)
        {
            return dot;
        }

        // The difference of integers is exact.
        double squares = CheckedSquares(otherSquares, _metric);
        return _metric == SimilarityMetric.Cosine
            ? Cosine(dot, Math.Sqrt(_byteSquares) * Math.Sqrt(squares))
            : Math.Sqrt(_byteSquares + squares - (2.0 * dot));
    }

    /// <summary>Compares packed bits.</summary>
    /// <param name="other">The bits.</param>
    /// <param name="offset">0, or <see cref="VectorMath.Offset"/> for numbers from 0 to 255.</param>
    /// <exception cref="EmbeddingException">They can't be compared.</exception>
    public double CompareBits(ReadOnlySpan<byte> other, byte offset)
    {
        CheckDimension(_bits.Length * 8, other.Length * 8);
        double dimension = _bits.Length * 8;
        double different = VectorMath.DifferentBits(_bits.Bytes, _bits.Offset, other, offset);
        return _metric switch
        {
            SimilarityMetric.Cosine => 1 - (2 * different / dimension),
            SimilarityMetric.DotProduct => dimension - (2 * different),
            _ => 2 * Math.Sqrt(different),
        };
    }

    /// <summary>Compares vectors of floating-point numbers, one after the other.</summary>
    /// <param name="vectors">The vectors. All have the same length.</param>
    /// <param name="scores">Receives a score for each. It's NaN for a vector that <see cref="CompareFloats"/> would refuse.</param>
    [MethodImpl(VectorMath.Hot)]
    public void CompareAllFloats(ReadOnlySpan<float> vectors, Span<double> scores)
    {
        ReadOnlySpan<float> reference = _floats;
        int length = vectors.Length / scores.Length;
        if (length != reference.Length)
        {
            scores.Fill(double.NaN);
            return;
        }

        for (int i = 0; i < scores.Length; i++)
        {
            ReadOnlySpan<float> vector = vectors.Slice(i * length, length);
            (double dot, double squares) = VectorMath.Products(reference, vector);
            scores[i] = IsRefused(squares) ? double.NaN
                : _metric == SimilarityMetric.Cosine ? Cosine(dot, _floatLength * Math.Sqrt(squares))
                : _metric == SimilarityMetric.DotProduct ? dot
                : Math.Sqrt(VectorMath.SquaredDistance(reference, vector));
        }
    }

    /// <summary>Compares vectors of 8-bit numbers, one after the other.</summary>
    /// <param name="vectors">The vectors. All have the same length.</param>
    /// <param name="offset">0, or <see cref="VectorMath.Offset"/> for numbers from 0 to 255.</param>
    /// <param name="scores">Receives a score for each. It's NaN for a vector that <see cref="CompareBytes"/> would refuse.</param>
    [MethodImpl(VectorMath.Hot)]
    public void CompareAllBytes(ReadOnlySpan<byte> vectors, byte offset, Span<double> scores)
    {
        ReadOnlySpan<byte> reference = _bytes.Bytes;
        byte referenceOffset = _bytes.Offset;
        int length = vectors.Length / scores.Length;
        if (length != reference.Length)
        {
            scores.Fill(double.NaN);
            return;
        }

        double referenceLength = Math.Sqrt(_byteSquares);
        for (int i = 0; i < scores.Length; i++)
        {
            (long dot, long squares) = VectorMath.Products(reference, referenceOffset, vectors.Slice(i * length, length), offset);
            scores[i] = _metric == SimilarityMetric.DotProduct ? dot
                : IsRefused(squares) ? double.NaN
                : _metric == SimilarityMetric.Cosine ? Cosine(dot, referenceLength * Math.Sqrt(squares))
                : Math.Sqrt(_byteSquares + squares - (2.0 * dot));
        }
    }

    /// <summary>Compares vectors of packed bits, one after the other.</summary>
    /// <param name="vectors">The vectors. All have the same length.</param>
    /// <param name="offset">0, or <see cref="VectorMath.Offset"/> for numbers from 0 to 255.</param>
    /// <param name="scores">Receives a score for each. It's NaN for a vector that <see cref="CompareBits"/> would refuse.</param>
    [MethodImpl(VectorMath.Hot)]
    public void CompareAllBits(ReadOnlySpan<byte> vectors, byte offset, Span<double> scores)
    {
        ReadOnlySpan<byte> reference = _bits.Bytes;
        byte referenceOffset = _bits.Offset;
        int length = vectors.Length / scores.Length;
        if (length != reference.Length)
        {
            scores.Fill(double.NaN);
            return;
        }

        double dimension = length * 8;
        for (int i = 0; i < scores.Length; i++)
        {
            double different = VectorMath.DifferentBits(reference, referenceOffset, vectors.Slice(i * length, length), offset);
            scores[i] = _metric == SimilarityMetric.Cosine ? 1 - (2 * different / dimension)
                : _metric == SimilarityMetric.DotProduct ? dimension - (2 * different)
                : 2 * Math.Sqrt(different);
        }
    }

    private bool IsRefused(double squares) => double.IsNaN(squares) || double.IsInfinity(squares) || (squares == 0 && _metric == SimilarityMetric.Cosine);

    // Rounding must not lead to more than 1 for vectors with the same direction.
    private static double Cosine(double dot, double lengths) => Math.Max(-1, Math.Min(1, dot / lengths));

    private static long Dot(PackedNumbers left, PackedNumbers right) =>
        VectorMath.Dot(left.Bytes, left.Offset, right.Bytes, right.Offset);

    private static double CheckedSquares(double squares, SimilarityMetric metric)
    {
        if (double.IsNaN(squares) || double.IsInfinity(squares))
        {
            throw new EmbeddingException(EmbeddingProblem.NotFinite, "The embedding contains a number that is NaN or infinite.");
        }

        return squares == 0 && metric == SimilarityMetric.Cosine
            ? throw new EmbeddingException(EmbeddingProblem.ZeroVector, "All numbers of the embedding are zero. Such a vector doesn't have a direction, so the cosine isn't defined.")
            : squares;
    }

    private static void CheckDimension(int expected, int actual)
    {
        if (expected != actual)
        {
            throw new EmbeddingException(EmbeddingProblem.DimensionMismatch, FormattableString.Invariant($"The embeddings have different dimensions: this one has {actual}, the other one has {expected}."));
        }
    }

    private static EmbeddingException Empty() => new(EmbeddingProblem.EmptyVector, "The embedding doesn't contain numbers.");

    private static float[]? FloatsOf(Embedding embedding) =>
        embedding.Vector is { Length: > 0 } vector ? vector
        : embedding.Base64 is { Length: > 0 } text ? LittleEndian.FromBase64(text)
        : null;

    private static PackedNumbers BytesOf(Embedding embedding) =>
        embedding.Int8 is { Length: > 0 } signed ? new PackedNumbers(signed)
        : embedding.Uint8 is { Length: > 0 } unsigned ? new PackedNumbers(unsigned)
        : default;

    private static PackedNumbers BitsOf(Embedding embedding) =>
        embedding.Ubinary is { Length: > 0 } unsigned ? new PackedNumbers(unsigned)
        : embedding.Binary is { Length: > 0 } signed ? new PackedNumbers(signed)
        : default;

    private static string FormsOf(Embedding embedding) =>
        FormsOf(FloatsOf(embedding) is not null, !BytesOf(embedding).IsEmpty, !BitsOf(embedding).IsEmpty);

    private static string FormsOf(bool floats, bool bytes, bool bits) => string.Join(
        " and ",
        System.Linq.Enumerable.Where([floats ? "floating point" : string.Empty, bytes ? "8-bit numbers" : string.Empty, bits ? "bits" : string.Empty], name => name.Length > 0));

    /// <summary>
    /// 8-bit numbers. The API adds an offset: a value x from -128 to 127 in int8 and binary is x + 128 in uint8 and ubinary.
    /// 8-bit numbers are compared as signed, so the unsigned ones carry the offset. For packed bits, it only matters whether
    /// both have the same offset.
    /// </summary>
    private readonly struct PackedNumbers
    {
        private readonly sbyte[]? _signed;
        private readonly byte[]? _unsigned;

        public PackedNumbers(sbyte[] numbers) => _signed = numbers;

        public PackedNumbers(byte[] numbers) => _unsigned = numbers;

        public bool IsEmpty => Length == 0;

        public int Length => _signed?.Length ?? _unsigned?.Length ?? 0;

        public byte Offset => _unsigned is null ? (byte)0 : VectorMath.Offset;

        public ReadOnlySpan<byte> Bytes => _signed is null ? _unsigned : MemoryMarshal.AsBytes(_signed.AsSpan());
    }
}
