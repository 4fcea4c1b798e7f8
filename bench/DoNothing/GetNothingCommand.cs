using System.Management.Automation;

namespace DoNothing;

/// <summary>Get-Nothing: does nothing.</summary>
[Cmdlet(VerbsCommon.Get, "Nothing")]
public sealed class GetNothingCommand : PSCmdlet
{
}
