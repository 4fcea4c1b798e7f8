namespace CohereShell.Emulation;

/// <summary>How much there is to train and to evaluate with.</summary>
internal sealed record DatasetCounts
{
    public long TrainExamples { get; init; }

    public long TrainBytes { get; init; }

    public long EvalExamples { get; init; }

    public long EvalBytes { get; init; }

    internal SentMetrics ToSent() => new(new SentCounts(TrainExamples + EvalExamples, TrainExamples, TrainBytes, EvalExamples, EvalBytes));
}
