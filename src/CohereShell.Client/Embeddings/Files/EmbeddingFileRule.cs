namespace CohereShell;

/// <summary>
/// What embeddings in one file have in common: the model and the dimension, for a file is a collection that can be
/// searched. The first one sets them. Which forms each has is its own affair.
/// </summary>
internal sealed class EmbeddingFileRule
{
    private bool _isSet;

    public EmbeddingFileRule()
    {
    }

    /// <summary>The rule of a file that has embeddings already.</summary>
    public EmbeddingFileRule(string model, int dimension)
    {
        Model = model;
        Dimension = dimension;
        _isSet = true;
    }

    public string Model { get; private set; } = string.Empty;

    public int Dimension { get; private set; }

    /// <exception cref="EmbeddingException">The embedding does not belong into the file.</exception>
    public void Apply(Embedding embedding)
    {
        int dimension = embedding.Dimension;
        if (dimension == 0)
        {
            throw new EmbeddingException(EmbeddingProblem.EmptyVector, "The embedding holds no numbers.");
        }

        CheckForms(embedding, dimension);
        if (!_isSet)
        {
            Model = embedding.Model;
            Dimension = dimension;
            _isSet = true;
            return;
        }

        if (!string.Equals(embedding.Model, Model, StringComparison.Ordinal))
        {
            throw new EmbeddingException(EmbeddingProblem.ModelMismatch, $"The embedding is of {Named(embedding.Model)}, and the file holds embeddings of {Named(Model)}.");
        }

        if (dimension != Dimension)
        {
            throw new EmbeddingException(EmbeddingProblem.DimensionMismatch, FormattableString.Invariant($"The embedding has {dimension} dimensions, and those in the file have {Dimension}."));
        }
    }

    private static void CheckForms(Embedding embedding, int dimension)
    {
        if (embedding.Vector is { } vector)
        {
            CheckForm(nameof(embedding.Vector), vector.Length, dimension);
            double squares = VectorMath.Products(vector, vector).Squares;
            if (double.IsNaN(squares) || double.IsInfinity(squares))
            {
                throw new EmbeddingException(EmbeddingProblem.NotFinite, "A number of the embedding is NaN or infinite.");
            }
        }

        CheckForm(nameof(embedding.Int8), embedding.Int8?.Length, dimension);
        CheckForm(nameof(embedding.Uint8), embedding.Uint8?.Length, dimension);
        CheckForm(nameof(embedding.Binary), embedding.Binary?.Length * 8, dimension);
        CheckForm(nameof(embedding.Ubinary), embedding.Ubinary?.Length * 8, dimension);
        if (embedding.Base64 is { } base64)
        {
            CheckForm(nameof(embedding.Base64), LittleEndian.FromBase64(base64).Length, dimension);
        }
    }

    private static void CheckForm(string form, int? actual, int dimension)
    {
        if (actual is { } count && count != dimension)
        {
            throw new EmbeddingException(EmbeddingProblem.DimensionMismatch, FormattableString.Invariant($"The forms of the embedding do not fit together: {form} has {count} dimensions, and another form {dimension}."));
        }
    }

    private static string Named(string model) => model.Length > 0 ? "the model " + model : "no named model";
}
