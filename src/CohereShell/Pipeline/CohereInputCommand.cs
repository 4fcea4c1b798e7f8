using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;

namespace CohereShell.Pipeline;

/// <summary>The base of commands that make calls for their input, from parameters or the pipeline.</summary>
public abstract class CohereInputCommand : CohereBodyCommand
{
    /// <summary>The number of texts that are still compared with the names of files. In the pipeline, there can be a million texts.</summary>
    private int _namesLeft = 20;

    /// <summary>The parameters that accept input. Empty if PowerShell itself requires one of them.</summary>
    private protected virtual IReadOnlyList<string> InputParameters => [];

    /// <summary>The error for missing input; null if the command doesn't require input.</summary>
    private protected virtual (string Message, string Action)? NoInput => null;

    /// <summary>The progress of the inputs; null if the command makes one call.</summary>
    private protected virtual ItemProgress? Progress => null;

    /// <summary>The number of inputs; null if it isn't known because they come from the pipeline or from wildcards.</summary>
    private long? InputCount => MyInvocation.ExpectingInput ? null : InputParameters
        .Where(IsBound)
        // Only a path can stand for several inputs. A text can contain the same characters.
        .Select(name => name == "Path" && MyInvocation.BoundParameters[name] is string[] names && names.Any(WildcardPattern.ContainsWildcardCharacters)
            ? null
            : (MyInvocation.BoundParameters[name] as Array)?.LongLength)
        .FirstOrDefault();

    /// <summary>What the plan can't tell; null if there isn't anything.</summary>
    private protected virtual string? PlanNote => null;

    /// <summary>Whether texts of the pipeline are compared with the names of files here.</summary>
    private protected virtual bool WarnsOfPipedNames => true;

    private bool HasInput => MyInvocation.ExpectingInput || InputParameters.Count == 0 || InputParameters.Any(IsBound);

    /// <inheritdoc/>
    // Created now, so that invalid headers or fields are reported before the first input.
    protected override void BeginProcessing()
    {
        _ = Options;
        DocumentInput.EndWith(Ending);
        Items = Progress;
        if (Items is not null)
        {
            Items.Total = InputCount;
        }

        if (!MyInvocation.ExpectingInput)
        {
            WarnOfFileNames();
        }
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        if (HasInput && IsConfirmed)
        {
            DocumentInput.EndWith(Ending);
            if (MyInvocation.ExpectingInput && WarnsOfPipedNames && _namesLeft > 0)
            {
                WarnOfFileNames();
            }

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

        // A question that doesn't come from the pipeline is sent only now. An empty pipeline sends nothing.
        if (MyInvocation.ExpectingInput ? IsDeclined : !IsConfirmed)
        {
            return;
        }

        Complete();
        if (Plan is { } plan)
        {
            // Only now is the whole input known.
            if (PlanNote is { } note)
            {
                plan.Note(note);
            }

            Show(plan);
        }

        base.EndProcessing();
    }

    /// <summary>Reads the current values of the parameters.</summary>
    private protected abstract void ReadInput();

    /// <summary>Waits for all calls, and writes the remaining output.</summary>
    private protected abstract void Complete();

    /// <summary>How to use the content of a file instead of its name.</summary>
    /// <param name="name">The quoted name.</param>
    private protected virtual string UseFile(string name) => $"To use the content of the file with this name, specify: (Get-Item {name})";

    private void WarnOfFileNames()
    {
        foreach (string parameter in InputParameters.Where(name => IsBound(name) && name is not "Path" and not "LiteralPath"))
        {
            IEnumerable<string> texts = PowerShellJson.Unwrap(MyInvocation.BoundParameters[parameter]) switch
            {
                string text => [text],
                IEnumerable<object?> list => list.Select(PowerShellJson.Unwrap).OfType<string>().Take(_namesLeft),
                _ => [],
            };
            foreach (string text in texts)
            {
                _namesLeft--;
                FileNames.Warn(text, name => FileNames.Resolve(this, name), WriteInputWarning, UseFile);
            }
        }
    }
}
