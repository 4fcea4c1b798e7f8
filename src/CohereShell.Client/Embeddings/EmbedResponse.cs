namespace CohereShell;

/// <summary>The response to an embed call.</summary>
/// <param name="Id">The id of the response.</param>
/// <param name="Embeddings">An embedding for each input, in the order of the inputs.</param>
/// <param name="Usage">The cost of the call.</param>
public sealed record EmbedResponse(string Id, IReadOnlyList<Embedding> Embeddings, Usage Usage);
