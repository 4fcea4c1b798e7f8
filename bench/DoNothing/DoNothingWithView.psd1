@{
    RootModule        = 'DoNothing.dll'
    ModuleVersion     = '1.0.0'
    GUID              = '0d5a2c58-9a0b-4a55-8a0e-5f0c1b7f8d42'
    Author            = 'CohereShell contributors'
    Description       = 'A module that does nothing and has one view, as a baseline for the time that PowerShell needs to read a view file.'
    FormatsToProcess  = @('DoNothing.Format.ps1xml')
    CmdletsToExport   = @('Get-Nothing')
    FunctionsToExport = @()
    AliasesToExport   = @()
    VariablesToExport = @()
}
