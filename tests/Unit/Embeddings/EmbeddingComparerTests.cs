using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace CohereShell.Tests.Embeddings;

public sealed class EmbeddingComparerTests
{
    private static readonly float[] Left = [0.5f, -1f, 2f, 0.25f, -0.75f, 1f, 1f, -2f];
    private static readonly float[] Right = [1f, -1f, 1f, -0.25f, -0.5f, 0.5f, -1f, -2f];

    public static TheoryData<string> Forms => new("Vector", "Base64", "Int8", "Uint8", "Binary", "Ubinary");

    [Theory]
    [InlineData(SimilarityMetric.Cosine, 0.8320502943378437)]
    [InlineData(SimilarityMetric.DotProduct, 3)]
    [InlineData(SimilarityMetric.Euclidean, 2.8284271247461903)]
    public void Metrics_are_computed_correctly(SimilarityMetric metric, double expected)
    {
        var comparer = new EmbeddingComparer(new Embedding { Vector = [2, 3] }, metric);

        Assert.Equal(expected, comparer.Compare(new Embedding { Vector = [0, 1] }), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_format_is_most_similar_to_itself(string form)
    {
        Embedding embedding = In(form, Left);

        Assert.Equal(1, new EmbeddingComparer(embedding, SimilarityMetric.Cosine).Compare(embedding), 1e-12);
        Assert.Equal(0, new EmbeddingComparer(embedding, SimilarityMetric.Euclidean).Compare(embedding), 1e-6);
    }

    [Theory]
    [InlineData("Vector", "Base64")]
    [InlineData("Base64", "Vector")]
    [InlineData("Int8", "Uint8")]
    [InlineData("Uint8", "Int8")]
    [InlineData("Binary", "Ubinary")]
    [InlineData("Ubinary", "Binary")]
    public void Two_formats_of_the_same_numbers_give_the_same_score(string one, string other)
    {
        foreach (SimilarityMetric metric in Enum.GetValues<SimilarityMetric>())
        {
            double expected = new EmbeddingComparer(In(one, Left), metric).Compare(In(one, Right));

            Assert.Equal(expected, new EmbeddingComparer(In(one, Left), metric).Compare(In(other, Right)), 1e-12);
            Assert.Equal(expected, new EmbeddingComparer(In(other, Left), metric).Compare(In(other, Right)), 1e-12);
        }
    }

    [Fact]
    public void Bytes_are_compared_as_signed_numbers()
    {
        double[] left = Signed(Left).Select(number => (double)number).ToArray();
        double[] right = Signed(Right).Select(number => (double)number).ToArray();
        double dot = left.Zip(right, (a, b) => a * b).Sum();

        Assert.Equal(dot, new EmbeddingComparer(In("Uint8", Left), SimilarityMetric.DotProduct).Compare(In("Uint8", Right)));
        Assert.Equal(
            dot / Math.Sqrt(left.Sum(a => a * a) * right.Sum(b => b * b)),
            new EmbeddingComparer(In("Uint8", Left), SimilarityMetric.Cosine).Compare(In("Int8", Right)),
            1e-12);
        Assert.Equal(
            Math.Sqrt(left.Zip(right, (a, b) => (a - b) * (a - b)).Sum()),
            new EmbeddingComparer(In("Int8", Left), SimilarityMetric.Euclidean).Compare(In("Uint8", Right)),
            1e-9);
    }

    [Fact]
    public void Bits_count_as_1_and_minus_1()
    {
        double[] left = Left.Select(number => number > 0 ? 1.0 : -1).ToArray();
        double[] right = Right.Select(number => number > 0 ? 1.0 : -1).ToArray();
        double dot = left.Zip(right, (a, b) => a * b).Sum();

        Assert.Equal(dot / 8, new EmbeddingComparer(In("Ubinary", Left), SimilarityMetric.Cosine).Compare(In("Binary", Right)));
        Assert.Equal(dot, new EmbeddingComparer(In("Binary", Left), SimilarityMetric.DotProduct).Compare(In("Binary", Right)));
        Assert.Equal(
            Math.Sqrt(left.Zip(right, (a, b) => (a - b) * (a - b)).Sum()),
            new EmbeddingComparer(In("Binary", Left), SimilarityMetric.Euclidean).Compare(In("Ubinary", Right)),
            1e-12);
    }

    [Fact]
    public void The_most_exact_common_format_is_used()
    {
        var both = new Embedding { Vector = [1, 0], Int8 = [0, 1] };

        Assert.Equal(1, new EmbeddingComparer(both, SimilarityMetric.Cosine).Compare(new Embedding { Vector = [1, 0], Int8 = [1, 0] }));
        Assert.Equal(0, new EmbeddingComparer(both, SimilarityMetric.Cosine).Compare(new Embedding { Int8 = [1, 0] }));
    }

    [Theory]
    [InlineData(EmbeddingProblem.ModelMismatch)]
    [InlineData(EmbeddingProblem.DimensionMismatch)]
    [InlineData(EmbeddingProblem.NoCommonForm)]
    [InlineData(EmbeddingProblem.EmptyVector)]
    [InlineData(EmbeddingProblem.NotFinite)]
    [InlineData(EmbeddingProblem.ZeroVector)]
    [InlineData(EmbeddingProblem.InvalidBase64)]
    internal void What_cannot_be_compared_says_why(EmbeddingProblem problem)
    {
        var comparer = new EmbeddingComparer(new Embedding { Model = "embed-v4.0", Vector = [1, 2] }, SimilarityMetric.Cosine);
        Embedding other = problem switch
        {
            EmbeddingProblem.ModelMismatch => new Embedding { Model = "embed-english-v3.0", Vector = [1, 2] },
            EmbeddingProblem.DimensionMismatch => new Embedding { Vector = [1, 2, 3] },
            EmbeddingProblem.NoCommonForm => new Embedding { Int8 = [1, 2] },
            EmbeddingProblem.EmptyVector => new Embedding { Vector = [] },
            EmbeddingProblem.NotFinite => new Embedding { Vector = [1, float.NaN] },
            EmbeddingProblem.ZeroVector => new Embedding { Vector = [0, 0] },
            _ => new Embedding { Base64 = "AAAA" },
        };

        Assert.Equal(problem, Assert.Throws<EmbeddingException>(() => comparer.Compare(other)).Problem);
    }

    [Fact]
    public void An_embedding_without_a_model_can_be_compared_with_any()
    {
        var comparer = new EmbeddingComparer(new Embedding { Model = "embed-v4.0", Vector = [1, 2] }, SimilarityMetric.Cosine);

        Assert.Equal(1, comparer.Compare(new Embedding { Vector = [2, 4] }), 1e-12);
    }

    [Fact]
    public void The_best_are_kept_and_ranked_and_ties_are_ordered_by_arrival()
    {
        var random = new Random(5);
        foreach (bool isLessBetter in new[] { false, true })
        {
            for (int limit = 1; limit < 40; limit++)
            {
                var matches = new BestMatches<int>(limit, isLessBetter);
                (double Score, int Arrival)[] all = Enumerable.Range(0, 60).Select(arrival => ((double)random.Next(10), arrival)).ToArray();
                foreach ((double score, int arrival) in all)
                {
                    matches.Add(arrival, score, arrival);
                }

                IEnumerable<(double, long)> expected = all
                    .OrderBy(item => isLessBetter ? item.Score : -item.Score)
                    .ThenBy(item => item.Arrival)
                    .Take(limit)
                    .Select(item => (item.Score, (long)item.Arrival));
                Assert.Equal(expected, matches.Ranked().Select(match => (match.Score, (long)match.Item)));
            }
        }
    }

    [Theory]
    [InlineData(SimilarityMetric.Cosine)]
    [InlineData(SimilarityMetric.DotProduct)]
    [InlineData(SimilarityMetric.Euclidean)]
    public void Vectors_in_one_piece_have_the_scores_of_single_ones_and_refused_ones_NaN(SimilarityMetric metric)
    {
        const int Count = 7;
        var random = new Random(6);
        for (int length = 1; length < 100; length++)
        {
            byte[] bytes = new byte[Count * length];
            random.NextBytes(bytes);
            Array.Clear(bytes, 2 * length, length);
            byte[] reference = bytes.Take(length).Select(number => (byte)(number ^ 0x11)).ToArray();
            reference[0] = 1;
            float[] floats = bytes.Select(number => (float)number).ToArray();
            floats[4 * length] = float.NaN;
            floats[(6 * length) - 1] = float.PositiveInfinity;
            var comparer = new EmbeddingComparer(new Embedding { Vector = reference.Select(number => (float)number).ToArray(), Int8 = reference.Select(number => (sbyte)number).ToArray(), Ubinary = reference }, metric);

            double[] scores = new double[Count];
            comparer.CompareAllFloats(floats, scores);
            AssertSame(scores, row => comparer.CompareFloats(floats.AsSpan(row * length, length)));
            foreach (byte offset in new byte[] { 0, VectorMath.Offset })
            {
                comparer.CompareAllBytes(bytes, offset, scores);
                AssertSame(scores, row => comparer.CompareBytes(bytes.AsSpan(row * length, length), offset));
                comparer.CompareAllBits(bytes, offset, scores);
                AssertSame(scores, row => comparer.CompareBits(bytes.AsSpan(row * length, length), offset));
            }

            scores = new double[1];
            comparer.CompareAllFloats(floats, scores);
            Assert.True(double.IsNaN(scores[0]));
            scores[0] = 0;
            comparer.CompareAllBytes(bytes, 0, scores);
            Assert.True(double.IsNaN(scores[0]));
            scores[0] = 0;
            comparer.CompareAllBits(bytes, 0, scores);
            Assert.True(double.IsNaN(scores[0]));
        }
    }

    [Fact]
    public void A_score_that_would_be_kept_is_never_refused_before()
    {
        var random = new Random(7);
        foreach (bool isLessBetter in new[] { false, true })
        {
            var matches = new BestMatches<int>(5, isLessBetter);
            int refused = 0;
            for (int arrival = 0; arrival < 500; arrival++)
            {
                double score = random.Next(100) - 50;
                refused += matches.MayKeep(score) ? 0 : 1;
                Assert.True(matches.MayKeep(score) || !matches.Keeps(score, arrival));
                matches.Add(arrival, score, arrival);
            }

            Assert.InRange(refused, 400, 495);
        }
    }

    private static void AssertSame(double[] scores, Func<int, double> compare)
    {
        for (int row = 0; row < scores.Length; row++)
        {
            double? expected = null;
            try
            {
                expected = compare(row);
            }
            catch (EmbeddingException)
            {
                // NaN.
            }

            Assert.Equal(expected ?? double.NaN, scores[row]);
        }
    }

    private static sbyte[] Signed(float[] numbers) => numbers.Select(number => (sbyte)(number * 60)).ToArray();

    private static byte[] Packed(float[] numbers) =>
        [(byte)numbers.Aggregate(0, (bits, number) => (bits << 1) | (number > 0 ? 1 : 0))];

    private static Embedding In(string form, float[] numbers) => form switch
    {
        "Vector" => new Embedding { Vector = numbers },
        "Base64" => new Embedding { Base64 = Convert.ToBase64String(System.Runtime.InteropServices.MemoryMarshal.AsBytes(numbers.AsSpan())) },
        "Int8" => new Embedding { Int8 = Signed(numbers) },
        "Uint8" => new Embedding { Uint8 = Signed(numbers).Select(number => (byte)(number + 128)).ToArray() },
        "Binary" => new Embedding { Binary = Packed(numbers).Select(number => (sbyte)(number - 128)).ToArray() },
        _ => new Embedding { Ubinary = Packed(numbers) },
    };
}
