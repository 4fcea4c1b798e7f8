using System.Collections;
using System.Text.Json;
using CohereShell.Json;

namespace CohereShell.Input;

/// <summary>
/// Makes embeddings from the user's input: embeddings, matches of a search, lists of numbers, copies from other
/// processes.
/// </summary>
internal static class EmbeddingInputs
{
    private static readonly string CopyName = "Deserialized." + typeof(Embedding).FullName;

    /// <summary>The items in a value. A list of numbers is one item, and any other list contains its elements as items.</summary>
    public static IEnumerable<object?> Enumerate(object? value) =>
        PowerShellJson.Unwrap(value) is IList list and not byte[] and not Array { Rank: > 1 } && list.Count > 0 && !IsVector(list)
            ? list.Cast<object?>().SelectMany(Enumerate)
            : [value];

    /// <summary>The embedding that a value is or represents.</summary>
    /// <param name="value">The value.</param>
    /// <param name="position">The index for an embedding that is made from a list of numbers.</param>
    /// <exception cref="EmbeddingException">The value isn't an embedding.</exception>
    public static Embedding Convert(object? value, long position) => PowerShellJson.Unwrap(value) switch
    {
        Embedding embedding => embedding,
        EmbeddingMatch match => match.Embedding,
        EmbeddingSimilarity similarity => similarity.Embedding,
        float[] { Length: > 0 } vector => new Embedding { Index = position, Vector = vector },
        // Bytes can be whole numbers, offset numbers or packed bits. The type doesn't show which.
        sbyte[] or byte[] => throw new EmbeddingException(EmbeddingProblem.NotAnEmbedding, "8-bit numbers alone don't show which embedding type they are. Specify the embedding itself."),
        Array { Rank: > 1 } => throw new EmbeddingException(EmbeddingProblem.NotAnEmbedding, "An array with several dimensions isn't a list of numbers."),
        IList { Count: 0 } => throw new EmbeddingException(EmbeddingProblem.EmptyVector, "The list is empty."),
        IList numbers when IsVector(numbers) => new Embedding { Index = position, Vector = ToVector(numbers) },
        PSObject copy when copy.TypeNames.Contains(CopyName) => FromCopy(copy, position),
        null => throw new EmbeddingException(EmbeddingProblem.NullInput, "The value is null, not an embedding."),
        { } other => throw new EmbeddingException(EmbeddingProblem.NotAnEmbedding, $"{Described(other)} is neither an embedding nor a list of numbers."),
    };

    /// <summary>Makes a PowerShell object of the input object of an embedding from a file.</summary>
    public static void Complete(Embedding embedding)
    {
        if (embedding.InputObject is JsonElement json)
        {
            embedding.InputObject = ToObject(json);
        }
    }

    private static object? ToObject(JsonElement json)
    {
        try
        {
            return PowerShellObjects.FromJson(json, asHashtable: false);
        }
        catch (JsonException)
        {
            // Some names differ only by case. An object can't contain both, but a hashtable can.
            return PowerShellObjects.FromJson(json, asHashtable: true);
        }
    }

    private static bool IsVector(IList list) => IsNumber(PowerShellJson.Unwrap(list[0]));

    private static float[] ToVector(IList numbers)
    {
        float[] vector = new float[numbers.Count];
        for (int i = 0; i < vector.Length; i++)
        {
            object? number = PowerShellJson.Unwrap(numbers[i]);
            vector[i] = IsNumber(number)
                ? System.Convert.ToSingle(number, System.Globalization.CultureInfo.InvariantCulture)
                : throw new EmbeddingException(EmbeddingProblem.NotAnEmbedding, FormattableString.Invariant($"Element {i} of the list isn't a number: {(number is null ? "it is null" : Described(number))}."));
            if (float.IsNaN(vector[i]) || float.IsInfinity(vector[i]))
            {
                throw new EmbeddingException(EmbeddingProblem.NotFinite, FormattableString.Invariant($"Element {i} of the list, {number}, doesn't fit in a 32-bit floating-point number."));
            }
        }

        return vector;
    }

    private static bool IsNumber(object? value) => value
        is float or double or decimal or byte or sbyte or short or ushort or int or uint or long or ulong;

    private static string Described(object value) => $"An object of the type {(value is PSObject custom ? custom.TypeNames.FirstOrDefault() : value.GetType().Name)}";

    // Start-Job, remoting and Import-Clixml make copies that contain only the properties, with the numbers in lists.
    private static Embedding FromCopy(PSObject copy, long position) => new()
    {
        Index = Property(copy, nameof(Embedding.Index)) is IConvertible index ? System.Convert.ToInt64(index, System.Globalization.CultureInfo.InvariantCulture) : position,
        Text = Property(copy, nameof(Embedding.Text)) as string,
        Path = Property(copy, nameof(Embedding.Path)) as string,
        InputObject = copy.Properties[nameof(Embedding.InputObject)]?.Value,
        Model = Property(copy, nameof(Embedding.Model)) as string ?? string.Empty,
        InputType = Enum.TryParse(Property(copy, nameof(Embedding.InputType))?.ToString(), out EmbedInputType type) ? type : null,
        Vector = Property(copy, nameof(Embedding.Vector)) is IList { Count: > 0 } numbers && IsVector(numbers) ? ToVector(numbers) : null,
        Int8 = Numbers<sbyte>(copy, nameof(Embedding.Int8)),
        Uint8 = Numbers<byte>(copy, nameof(Embedding.Uint8)),
        Binary = Numbers<sbyte>(copy, nameof(Embedding.Binary)),
        Ubinary = Numbers<byte>(copy, nameof(Embedding.Ubinary)),
        Base64 = Property(copy, nameof(Embedding.Base64)) as string,
    };

    private static T[]? Numbers<T>(PSObject copy, string property) => Property(copy, property) switch
    {
        T[] numbers => numbers,
        IList list when list.Cast<object?>().All(item => PowerShellJson.Unwrap(item) is T) => list.Cast<object?>().Select(item => (T)PowerShellJson.Unwrap(item)!).ToArray(),
        _ => null,
    };

    private static object? Property(PSObject copy, string name) => PowerShellJson.Unwrap(copy.Properties[name]?.Value);
}
