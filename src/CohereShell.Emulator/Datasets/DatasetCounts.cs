using System.Text.Json;

namespace CohereShell.Emulation;

/// <summary>How much there is to train and to evaluate with.</summary>
internal sealed record DatasetCounts
{
    public long TrainExamples { get; init; }

    public long TrainBytes { get; init; }

    public long EvalExamples { get; init; }

    public long EvalBytes { get; init; }

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("metrics");
        writer.WriteStartObject("finetune_dataset_metrics");
        writer.WriteNumber("total_examples", TrainExamples + EvalExamples);
        writer.WriteNumber("train_examples", TrainExamples);
        writer.WriteNumber("train_size_bytes", TrainBytes);
        writer.WriteNumber("eval_examples", EvalExamples);
        writer.WriteNumber("eval_size_bytes", EvalBytes);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
