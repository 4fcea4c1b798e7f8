namespace CohereShell;

/// <summary>
/// Reads the result rows of an embed job: <c>{"text": …, "embeddings": {"float": […], "int8": null, …}, kept fields…}</c>.
/// See <see href="https://docs.cohere.com/docs/embed-jobs-api"/>.
/// </summary>
internal static class EmbedResultReader
{
    /// <summary>Reads the embedding in a row. The fields that the dataset kept with the text become its input object.</summary>
    /// <param name="row">The row, as <see cref="DatasetRowReader.ToObject"/> returns it.</param>
    /// <param name="index">The position of the row in the dataset, from 0.</param>
    /// <param name="job">The job.</param>
    /// <exception cref="CohereException">The row doesn't contain an embedding.</exception>
    public static Embedding Read(object? row, long index, EmbedJob job)
    {
        if (row is not IReadOnlyDictionary<string, object?> fields || !fields.TryGetValue("embeddings", out object? found) || found is not IReadOnlyDictionary<string, object?> forms)
        {
            throw new CohereException(ErrorReason.DatasetNotReadable, FormattableString.Invariant($"Row {index + 1} of the result of the embed job '{job.JobId}' doesn't contain an embedding."));
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
        catch (Exception exception) when (Fatal.IsAboutAnswer(exception))
        {
            throw new CohereException(ErrorReason.DatasetNotReadable, FormattableString.Invariant($"Row {index + 1} of the result of the embed job '{job.JobId}' contains numbers that are out of range for their format."), exception);
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
