using CohereShell.Completion;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>The base of New- and Set-CohereFineTunedModel: the settings of a training.</summary>
public abstract class HyperparameterCommand : CohereBodyCommand
{
    /// <summary>Number of passes through all examples.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int TrainEpochs { get; set; }

    /// <summary>Number of examples in a training step.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int TrainBatchSize { get; set; }

    /// <summary>Learning rate of the training.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double LearningRate { get; set; }

    /// <summary>Number of evaluations without enough progress after which the training ends.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int EarlyStoppingPatience { get; set; }

    /// <summary>Minimum progress that counts as enough for -EarlyStoppingPatience.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double EarlyStoppingThreshold { get; set; }

    /// <summary>Weight of the low-rank matrices.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int LoraAlpha { get; set; }

    /// <summary>Rank of the low-rank matrices.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int LoraRank { get; set; }

    /// <summary>Parts of the model to train.</summary>
    [Parameter]
    public LoraTargetModules LoraTargetModules { get; set; }

    private protected override IReadOnlyList<(string Field, string Parameter)> OwnFields => [("name", "-Name")];

    /// <summary>The specified settings merged into the existing ones; null if there aren't any.</summary>
    private protected FineTuningHyperparameters? HyperparametersOver(FineTuningHyperparameters? old)
    {
        FineTuningHyperparameters start = old ?? new FineTuningHyperparameters();
        FineTuningHyperparameters merged = start with
        {
            TrainEpochs = IsBound(nameof(TrainEpochs)) ? TrainEpochs : start.TrainEpochs,
            TrainBatchSize = IsBound(nameof(TrainBatchSize)) ? TrainBatchSize : start.TrainBatchSize,
            LearningRate = IsBound(nameof(LearningRate)) ? LearningRate : start.LearningRate,
            EarlyStoppingPatience = IsBound(nameof(EarlyStoppingPatience)) ? EarlyStoppingPatience : start.EarlyStoppingPatience,
            EarlyStoppingThreshold = IsBound(nameof(EarlyStoppingThreshold)) ? EarlyStoppingThreshold : start.EarlyStoppingThreshold,
            LoraAlpha = IsBound(nameof(LoraAlpha)) ? LoraAlpha : start.LoraAlpha,
            LoraRank = IsBound(nameof(LoraRank)) ? LoraRank : start.LoraRank,
            LoraTargetModules = IsBound(nameof(LoraTargetModules)) ? LoraTargetModules : start.LoraTargetModules,
        };
        return old is null && merged == start ? null : merged;
    }
}
