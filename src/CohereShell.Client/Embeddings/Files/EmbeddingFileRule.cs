namespace CohereShell;

/// <summary>
/// What the embeddings in a file must have in common, so that the file can be searched: the model and the dimension. The
/// first embedding defines them. The number formats can differ.
/// </summary>
internal sealed class EmbeddingFileRule
{
    private bool _isSet;

    public EmbeddingFileRule()
    {
    }

    /// <summary>Creates the rule of a file that already contains embeddings.</summary>
    public EmbeddingFileRule(string model, int dimension)
    {
        Model = model;
        Dimension = dimension;
        _isSet = true;
    }

    public string Model { get; private set; } = string.Empty;

    public int Dimension { get; private set; }

    /// <exception cref="EmbeddingException">The embedding doesn't belong in the file.</exception>
    public void Apply(Embedding embedding)
    {
        int dimension = embedding.Dimension;
        if (dimension == 0)
        {
            throw new EmbeddingException(EmbeddingProblem.EmptyVector, "The embedding doesn't contain numbers.");
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
            throw new EmbeddingException(EmbeddingProblem.ModelMismatch, $"The embedding was created with {Named(embedding.Model)}, but the file contains embeddings of {Named(Model)}.");
        }

        if (dimension != Dimension)
        {
            throw new EmbeddingException(EmbeddingProblem.DimensionMismatch, FormattableString.Invariant($"The embedding has {dimension} dimensions, but those in the file have {Dimension}."));
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
                throw new EmbeddingException(EmbeddingProblem.NotFinite, "The embedding contains a number that is NaN or infinite.");
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
            throw new EmbeddingException(EmbeddingProblem.DimensionMismatch, FormattableString.Invariant($"The number formats of the embedding have different dimensions: {form} has {count}, another one has {dimension}."));
        }
    }

    private static string Named(string model) => model.Length > 0 ? "the model " + model : "an unknown model";
}
