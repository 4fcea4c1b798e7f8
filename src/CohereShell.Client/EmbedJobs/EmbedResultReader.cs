namespace CohereShell;

/// <summary>
/// Reads the rows in which an embed job hands out its result: <c>{"text": …, "embeddings": {"float": […], "int8": null, …}, kept fields…}</c>.
/// See <see href="https://docs.cohere.com/docs/embed-jobs-api"/>.
/// </summary>
internal static class EmbedResultReader
{
    /// <summary>The embedding in a row. The fields that the dataset kept beside the text are its input object.</summary>
    /// <param name="row">The row, as <see cref="DatasetRowReader.ToObject"/> gives it.</param>
    /// <param name="index">Its place in the dataset, from 0.</param>
    /// <param name="job">The job.</param>
    /// <exception cref="CohereException">There is no embedding in it.</exception>
    public static Embedding Read(object? row, long index, EmbedJob job)
    {
        if (row is not IReadOnlyDictionary<string, object?> fields || !fields.TryGetValue("embeddings", out object? found) || found is not IReadOnlyDictionary<string, object?> forms)
        {
            throw new CohereException(ErrorReason.DatasetNotReadable, FormattableString.Invariant($"Row {index + 1} of the result of the embed job '{job.JobId}' holds no embedding."));
        }

        try
        {
            Dictionary<string, object?> kept = fields.Where(field => field.Key is not ("text" or "embeddings")).ToDictionary(field => field.Key, field => field.Value);
            return new Embedding
            {
                Index = index,
                Text = fields.TryGetValue("text", out object? text) ? text as string : null,
                Model = job.Model,
                InputType = job.InputType,
                Vector = Numbers(forms, "float", Convert.ToSingle),
                Int8 = Numbers(forms, "int8", Convert.ToSByte),
                Uint8 = Numbers(forms, "uint8", Convert.ToByte),
                Binary = Numbers(forms, "binary", Convert.ToSByte),
                Ubinary = Numbers(forms, "ubinary", Convert.ToByte),
                InputObject = kept.Count > 0 ? kept : null,
            };
        }
        catch (Exception exception) when (exception is InvalidCastException or OverflowException or FormatException)
        {
            throw new CohereException(ErrorReason.DatasetNotReadable, FormattableString.Invariant($"Row {index + 1} of the result of the embed job '{job.JobId}' holds numbers that do not fit the form of its embedding."), exception);
        }
    }

    private static T[]? Numbers<T>(IReadOnlyDictionary<string, object?> forms, string name, Func<object, T> convert) =>
        !forms.TryGetValue(name, out object? value) ? null : value switch
        {
            T[] numbers => numbers,
            Array numbers => numbers.Cast<object>().Select(convert).ToArray(),
            _ => null,
        };
}
