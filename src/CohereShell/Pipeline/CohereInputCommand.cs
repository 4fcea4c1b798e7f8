using CohereShell.Errors;

namespace CohereShell.Pipeline;

/// <summary>The base of commands that make calls for their input, from parameters or the pipeline.</summary>
public abstract class CohereInputCommand : CohereBodyCommand
{
    private CallPlan? _plan;
    private bool? _isConfirmed;

    /// <summary>The parameters that accept input. Empty if PowerShell itself requires one of them.</summary>
    private protected virtual IReadOnlyList<string> InputParameters => [];

    /// <summary>The error for missing input; null if the command doesn't require input.</summary>
    private protected virtual (string Message, string Action)? NoInput => null;

    /// <summary>Whether -WhatIf shows the calls and their cost. The command's own code runs as always, up to the calls.</summary>
    private protected virtual bool PlansCalls => false;

    /// <summary>Whether -Confirm asks once, before the first input. Other commands ask for what they do.</summary>
    private protected virtual bool ConfirmsCalls => false;

    private protected sealed override CallPlan? Plan => PlansCalls && IsWhatIf ? _plan ??= new CallPlan(CurrentSession) : null;

    private bool IsConfirmed => _isConfirmed ??= !ConfirmsCalls
        || !MyInvocation.BoundParameters.TryGetValue("Confirm", out object? confirm)
        || !LanguagePrimitives.IsTrue(confirm)
        || ShouldProcess(CurrentSession.BaseUri.ToString(), "Make calls that can cost money");

    private bool HasInput => MyInvocation.ExpectingInput || InputParameters.Count == 0 || InputParameters.Any(IsBound);

    /// <inheritdoc/>
    // Created now, so that invalid headers or fields are reported before the first input.
    protected override void BeginProcessing() => _ = Options;

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        if (HasInput && IsConfirmed)
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

        if (_isConfirmed == false)
        {
            return;
        }

        Complete();
        if (Plan is { } plan)
        {
            // Only now is the whole input known.
            string shown = DisplayText.OneLine(plan.ToString(), 4000);
            ShouldProcess(shown, shown, string.Empty);
        }
    }

    /// <summary>Reads the current values of the parameters.</summary>
    private protected abstract void ReadInput();

    /// <summary>Waits for all calls, and writes the remaining output.</summary>
    private protected abstract void Complete();
}
