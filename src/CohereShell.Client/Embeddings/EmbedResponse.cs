namespace CohereShell;

/// <summary>The answer to a call of embed.</summary>
/// <param name="Id">The id of the answer.</param>
/// <param name="Embeddings">An embedding for each input, in their order.</param>
/// <param name="Usage">What the call cost.</param>
public sealed record EmbedResponse(string Id, IReadOnlyList<Embedding> Embeddings, Usage Usage);
