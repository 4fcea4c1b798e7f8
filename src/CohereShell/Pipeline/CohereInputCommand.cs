using CohereShell.Errors;

namespace CohereShell.Pipeline;

/// <summary>The base of commands that make calls for their input, from parameters or the pipeline.</summary>
public abstract class CohereInputCommand : CohereBodyCommand
{
    /// <summary>The parameters that accept input. Empty if PowerShell itself requires one of them.</summary>
    private protected virtual IReadOnlyList<string> InputParameters => [];

    /// <summary>The error for missing input; null if the command doesn't require input.</summary>
    private protected virtual (string Message, string Action)? NoInput => null;

    /// <summary>The progress of the inputs; null if the command makes one call.</summary>
    private protected virtual ItemProgress? Progress => null;

    /// <summary>The number of inputs; null if it isn't known because they come from the pipeline or from wildcards.</summary>
    private long? InputCount => MyInvocation.ExpectingInput ? null : InputParameters
        .Where(IsBound)
        .Select(name => MyInvocation.BoundParameters[name])
        .Select(value => value is string[] names && names.Any(WildcardPattern.ContainsWildcardCharacters) ? null : (value as Array)?.LongLength)
        .FirstOrDefault();

    private bool HasInput => MyInvocation.ExpectingInput || InputParameters.Count == 0 || InputParameters.Any(IsBound);

    /// <inheritdoc/>
    // Created now, so that invalid headers or fields are reported before the first input.
    protected override void BeginProcessing()
    {
        _ = Options;
        Items = Progress;
        if (Items is not null)
        {
            Items.Total = InputCount;
        }
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        if (HasInput)
        {
            ReadInput();
        }
    }

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        if (!HasInput && NoInput is { } error)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination(error.Message, error.Action));
        }

        Complete();
        base.EndProcessing();
    }

    /// <summary>Reads the current values of the parameters.</summary>
    private protected abstract void ReadInput();

    /// <summary>Waits for all calls, and writes the remaining output.</summary>
    private protected abstract void Complete();
}
