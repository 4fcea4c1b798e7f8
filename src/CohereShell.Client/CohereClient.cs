namespace CohereShell;

/// <summary>A client for Cohere's API, with a property for each group of operations.</summary>
public sealed class CohereClient
{
    /// <summary>Creates a client that sends its calls through a session.</summary>
    /// <param name="session">The session. The client doesn't dispose it.</param>
    public CohereClient(CohereSession session)
    {
        var pipeline = new ApiPipeline(session);
        Chat = new ChatClient(session, pipeline);
        Embeddings = new EmbeddingsClient(session, pipeline);
        Rerank = new RerankClient(session, pipeline);
        Classify = new ClassifyClient(pipeline);
        Parse = new ParseClient(pipeline);
        Audio = new AudioClient(pipeline);
        Tokens = new TokensClient(session, pipeline);
        Models = new ModelsClient(session, pipeline);
        Datasets = new DatasetsClient(session, pipeline);
        EmbedJobs = new EmbedJobsClient(pipeline, Datasets);
        Batches = new BatchesClient(pipeline, Datasets);
        FineTuning = new FineTuningClient(pipeline);
        Account = new AccountClient(pipeline);
        Raw = new RawClient(pipeline);
    }

    /// <summary>Chat.</summary>
    public ChatClient Chat { get; }

    /// <summary>Embeddings.</summary>
    public EmbeddingsClient Embeddings { get; }

    /// <summary>Rerank.</summary>
    public RerankClient Rerank { get; }

    /// <summary>Classification.</summary>
    public ClassifyClient Classify { get; }

    /// <summary>Documents to read.</summary>
    public ParseClient Parse { get; }

    /// <summary>Audio.</summary>
    public AudioClient Audio { get; }

    /// <summary>Tokens.</summary>
    public TokensClient Tokens { get; }

    /// <summary>Models.</summary>
    public ModelsClient Models { get; }

    /// <summary>Datasets.</summary>
    public DatasetsClient Datasets { get; }

    /// <summary>Embed jobs, which embed a dataset.</summary>
    public EmbedJobsClient EmbedJobs { get; }

    /// <summary>Batches of requests.</summary>
    public BatchesClient Batches { get; }

    /// <summary>Fine-tuned models.</summary>
    public FineTuningClient FineTuning { get; }

    /// <summary>The account.</summary>
    public AccountClient Account { get; }

    /// <summary>Any path of the API, for operations without a method here.</summary>
    public RawClient Raw { get; }
}
