namespace CohereShell.Emulation;

/// <summary>The counts and sizes of the examples for training and evaluation.</summary>
internal sealed record DatasetCounts
{
    public long TrainExamples { get; init; }

    public long TrainBytes { get; init; }

    public long EvalExamples { get; init; }

    public long EvalBytes { get; init; }

    internal SentMetrics ToSent() => new(new SentCounts(TrainExamples + EvalExamples, TrainExamples, TrainBytes, EvalExamples, EvalBytes));
}
