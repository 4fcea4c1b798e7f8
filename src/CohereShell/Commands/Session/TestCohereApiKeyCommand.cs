using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>Test-CohereApiKey: checks whether the key of the session is valid.</summary>
[Cmdlet(VerbsDiagnostic.Test, "CohereApiKey", HelpUri = OnlineHelp.CheckApiKey)]
[OutputType(typeof(ApiKeyStatus))]
[OutputType(typeof(bool))]
public sealed class TestCohereApiKeyCommand : CohereApiCommand
{
    /// <summary>Returns $true or $false instead of an object.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            ApiKeyStatus status = Run(token => Client.Account.CheckApiKeyAsync(Options, token));
            WriteObject(Quiet ? status.Valid : status);
        }
        catch (CohereException exception)
        {
            WriteFailure(exception, CurrentSession);
        }
    }
}
